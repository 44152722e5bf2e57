//! The page of settings must have every setting that the code reads.

use std::path::Path;

use super::Finding;
use crate::source::Source;

const PAGE: &str = "docs/reference/settings.md";
/// Crates whose settings are not on the page: the emulator and tests.
const OTHERS: &[&str] =
    &["vestibule-emulator", "vestibule-e2e", "vestibule-conformance", "vestibule-simulation"];
/// The table of all keys of configuration files.
const KEYS: &str = "crates/vestibule-profile/src/known_keys.rs";
/// Calls that look up variables without a prefix of AWS or of ours.
const LOOKUPS: &[&str] = &["vars.get(\"", "vars.first(&[\"", "var_os(\""];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let is_other =
        OTHERS.iter().any(|other| source.path.starts_with(Path::new("crates").join(other)));
    if !source.is_ours() || is_other {
        return Vec::new();
    }
    let page = std::fs::read_to_string(PAGE).unwrap_or_default();
    let is_keys = source.path == Path::new(KEYS);
    let mut findings = Vec::new();
    for (line, text) in source.code_lines() {
        let names = if is_keys { keys(text) } else { variables(text) };
        for name in names.into_iter().filter(|name| !page.contains(&format!("`{name}`"))) {
            findings.push((
                line,
                format!("`{name}` is not on {PAGE}; add it with the programs that read it"),
            ));
        }
    }
    findings
}

/// Returns the keys in a line of the table.
fn keys(line: &str) -> Vec<&str> {
    let key = line.trim_start().strip_prefix("(\"").or_else(|| line.trim().strip_prefix('"'));
    let key = key.and_then(|rest| rest.split_once('"')).map(|(key, _)| key);
    key.filter(|_| line.contains("Rule::")).into_iter().collect()
}

/// Returns the variables in a line of code: names with a prefix, and all names in a line with a lookup.
fn variables(line: &str) -> Vec<&str> {
    let is_name = |text: &str| {
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        1 < text.len() && text.chars().all(is_part) && !text.ends_with('_')
    };
    let has_lookup = LOOKUPS.iter().any(|lookup| line.contains(lookup));
    let literals = line.split('"').skip(1).step_by(2);
    let is_read = |name: &&str| {
        is_name(name) && (has_lookup || name.starts_with("AWS_") || name.starts_with("VESTIBULE_"))
    };
    literals.filter(is_read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_in_code_and_in_the_table() {
        assert_eq!(variables("let x = vars.first(&[\"A_B\", \"a_b\"]);"), ["A_B"]);
        assert_eq!(variables("const X: &str = \"AWS_X\"; // \"AWS_PREFIX_\""), ["AWS_X"]);
        assert_eq!(variables("say(\"OTHER\")"), [""; 0]);
        assert_eq!(keys("    (\"region\", Rule::Region),"), ["region"]);
        assert_eq!(keys("    \"aws_access_key_id\","), [""; 0]);
    }

    #[test]
    fn setting_that_is_not_on_the_page_is_a_finding() {
        let source = |path: &str| Source {
            path: path.into(),
            text: "fn f() { vars.get(\"AWS_NOT_THERE\") }\n".into(),
        };
        assert_eq!(check(&source("crates/vestibule-os/src/a.rs")).len(), 1);
        assert_eq!(check(&source("crates/vestibule-emulator/src/a.rs")), []);
    }
}
