//! The README of a library says when to depend on it directly, what it promises, and which features
//! it has.

use std::fs;

use super::Finding;
use crate::source::Source;

const PROMISE: &str = "Of the crates of this workspace only the facade `vestibule` promises semantic \
                       versioning; the others may change in any release.";
const PURPOSE: &str = "Depend on this crate directly ";
/// The facade, and packages that nothing depends on.
const OTHERS: [&str; 7] = [
    "vestibule",
    "vestibule-cli",
    "vestibule-conformance",
    "vestibule-e2e",
    "vestibule-simulation",
    "vestibule-test-env",
    "vestibule-transport-tests",
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let folder = source.path.strip_prefix("crates").ok().and_then(|path| path.parent());
    let name = folder.and_then(|folder| folder.to_str()).unwrap_or_default();
    let is_library = name.starts_with("vestibule") && !OTHERS.contains(&name);
    if !is_library || !source.path.ends_with("README.md") {
        return Vec::new();
    }
    let end = source.text.lines().count();
    let mut findings = Vec::new();
    if source.text.lines().filter(|line| line.starts_with(PURPOSE)).count() != 1 {
        findings.push((end, format!("say once when to depend on the crate: `{PURPOSE}to …`")));
    }
    if source.text.lines().last() != Some(PROMISE) {
        findings.push((end, format!("end with `{PROMISE}`")));
    }
    let manifest = fs::read_to_string(source.path.with_file_name("Cargo.toml")).unwrap_or_default();
    for name in features(&manifest) {
        if !source.text.contains(&format!("| `{name}` |")) {
            findings
                .push((end, format!("the feature `{name}` has no row in the table of features")));
        }
    }
    findings
}

/// Returns the names of the features, without `default`.
fn features(manifest: &str) -> Vec<&str> {
    let after = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let section = after.take_while(|line| !line.starts_with('['));
    let is_name = |name: &&str| !name.starts_with(['#', ' ']) && *name != "default";
    section
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(is_name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_says_its_purpose_and_its_promise() {
        let findings =
            |path: &str, text: &str| check(&Source { path: path.into(), text: text.into() }).len();
        assert_eq!(findings("crates/vestibule-wire/README.md", "# Wire\n"), 2);
        let text = format!("{PURPOSE}to test.\n{PROMISE}\n");
        assert_eq!(findings("crates/vestibule-wire/README.md", &text), 0);
        assert_eq!(findings("crates/vestibule-cli/README.md", "# Program\n"), 0);
    }

    #[test]
    fn features_are_the_names_of_the_section_without_the_default() {
        let manifest = "[features]\ndefault = [\"a\"]\n# The b = of it.\na = [\n    \"c\",\n]\n\n[dependencies]\nd = \"1\"\n";
        assert_eq!(features(manifest), ["a"]);
    }
}
