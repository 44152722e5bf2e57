//! Counts of `unsafe` in Rust source, outside comments, literals and tests.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The number of times that a crate uses `unsafe`, by the kind of item that follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnsafeCode {
    pub(super) blocks: usize,
    /// Functions, and types of pointers to them.
    pub(super) functions: usize,
    /// Traits and implementations of them.
    pub(super) impls: usize,
    /// Blocks of foreign functions, and attributes.
    pub(super) foreign: usize,
}

impl UnsafeCode {
    pub(super) fn is_empty(self) -> bool {
        self == Self::default()
    }

    fn add(&mut self, other: Self) {
        self.blocks += other.blocks;
        self.functions += other.functions;
        self.impls += other.impls;
        self.foreign += other.foreign;
    }

    fn parts(self) -> impl Iterator<Item = (&'static str, usize)> {
        [
            ("blocks", self.blocks),
            ("functions", self.functions),
            ("impls", self.impls),
            ("foreign", self.foreign),
        ]
        .into_iter()
        .filter(|(_, count)| 0 < *count)
    }
}

/// As the table in `xtask/reviews.toml` is written.
impl fmt::Display for UnsafeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.parts().map(|(name, count)| format!("{name} = {count}")).collect();
        write!(f, "{{ {} }}", parts.join(", "))
    }
}

/// Counts in all files that a crate may compile, for any platform and with any feature.
pub(super) fn count_in_crate(folder: &Path) -> Result<UnsafeCode> {
    let mut counts = UnsafeCode::default();
    let mut files = vec![folder.join("build.rs")];
    collect(&folder.join("src"), &mut files)?;
    for file in files.iter().filter(|file| file.is_file()) {
        let text = std::fs::read(file).with_context(|| file.display().to_string())?;
        let text = String::from_utf8_lossy(&text);
        if text.contains("unsafe") {
            counts.add(count_in_text(&text));
        }
    }
    Ok(counts)
}

/// Files and folders of tests, which no dependent compiles.
const TESTS: &[&str] = &["tests", "test", "benches", "tests.rs", "test.rs"];

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        let is_test = path.file_name().is_some_and(|name| TESTS.iter().any(|test| name == *test));
        if path.is_dir() && !is_test {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            files.push(path);
        }
    }
    Ok(())
}

fn count_in_text(text: &str) -> UnsafeCode {
    let tokens = tokens(text);
    let mut counts = UnsafeCode::default();
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        rest = after;
        if *token == "#" && is_test_attribute(after) {
            rest = after_item(after);
        } else if *token == "unsafe" {
            match after {
                ["{", ..] => counts.blocks += 1,
                ["fn", ..] | ["extern", LITERAL, "fn", ..] => counts.functions += 1,
                ["impl" | "trait" | "auto", ..] => counts.impls += 1,
                ["extern" | "(", ..] => counts.foreign += 1,
                // No item follows, as in macros that parse Rust.
                _ => {}
            }
        }
    }
    counts
}

/// Returns whether the tokens after a `#` are an attribute of an item that is compiled for tests only.
fn is_test_attribute(after: &[&str]) -> bool {
    matches!(
        after,
        ["[", "test", "]", ..]
            | ["[", "cfg", "(", "test", ")", "]", ..]
            | ["[", "cfg", "(", "all", "(", "test", ..]
    )
}

/// Returns the tokens after the item that an attribute belongs to: after its body, or its semicolon.
fn after_item<'a, 'b>(tokens: &'a [&'b str]) -> &'a [&'b str] {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(*token, "}" | ";") {
            return tokens.get(index + 1..).unwrap_or_default();
        }
    }
    &[]
}

/// The token for every string or character literal.
const LITERAL: &str = "\"";

/// Returns the words and signs of Rust source; comments are left out.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = if rest.starts_with("//") {
            rest.split_once('\n').map_or("", |(_, after)| after)
        } else if rest.starts_with("/*") {
            after_comment(rest)
        } else if let Some(after) = after_literal(rest) {
            tokens.push(LITERAL);
            after
        } else {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let is_raw = rest.starts_with("r#") && rest[2..].starts_with(is_part);
            let start = if is_raw { 2 } else { first.len_utf8() };
            let end = if is_raw || is_part(first) {
                start + rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start)
            } else {
                start
            };
            tokens.push(&rest[..end]);
            &rest[end..]
        };
        rest = after.trim_start();
    }
    tokens
}

/// Returns the text after the block comment that it begins with. Block comments nest.
fn after_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("/*") {
            depth += 1;
            rest = after;
        } else if let Some(after) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = after;
        } else {
            let next = rest[1..].find(['/', '*']).map_or(rest.len(), |next| next + 1);
            rest = &rest[next..];
        }
        if depth == 0 {
            break;
        }
    }
    rest
}

/// Returns the text after the string or character literal that it begins with, if it does.
fn after_literal(text: &str) -> Option<&str> {
    let letters = text.trim_start_matches(['b', 'c']);
    if 1 < text.len() - letters.len() {
        return None;
    }
    if let Some(raw) = letters.strip_prefix('r') {
        let quoted = raw.trim_start_matches('#');
        let fence = &raw[..raw.len() - quoted.len()];
        let (_, after) = quoted.strip_prefix('"')?.split_once(&format!("\"{fence}"))?;
        return Some(after);
    }
    if let Some(string) = letters.strip_prefix('"') {
        return Some(after_quote(string, '"'));
    }
    let character = letters.strip_prefix('\'')?;
    // Otherwise it is a lifetime.
    let is_literal = character.starts_with('\\') || character.chars().nth(1) == Some('\'');
    is_literal.then(|| after_quote(character, '\''))
}

fn after_quote(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if !escaped && c == quote {
            return &text[index + 1..];
        }
        escaped = !escaped && c == '\\';
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> String {
        count_in_text(text).to_string()
    }

    #[test]
    fn each_kind_is_counted() {
        let text = "
            unsafe impl Send for A {}
            unsafe trait B { unsafe fn f(g: unsafe extern \"C\" fn(u8)); }
            unsafe extern \"C\" { fn h(); }
            #[unsafe(no_mangle)]
            fn i() { unsafe { f() } }";
        assert_eq!(counts(text), "{ blocks = 1, functions = 2, impls = 2, foreign = 2 }");
    }

    #[test]
    fn comment_literal_and_word_of_a_macro_are_not_counted() {
        let text = r##"
            #![forbid(unsafe_code)]
            // unsafe { }
            /* unsafe /* unsafe { } */ unsafe { } */
            const A: &str = "\"unsafe { }";
            const B: &str = r#" " unsafe { } "#;
            const C: [char; 2] = ['"', '\''];
            fn d<'a>(r#unsafe: &'a str) { Token![unsafe]; }"##;
        assert!(count_in_text(text).is_empty(), "{}", counts(text));
        assert_eq!(counts("const A: char = '\"'; unsafe {} // '\"'"), "{ blocks = 1 }");
    }

    #[test]
    fn test_items_are_not_counted() {
        let text = "
            #[cfg(test)]
            use a::{b, c};
            #[test]
            fn d() { unsafe {} }
            #[cfg(all(test, not(loom)))]
            mod tests { fn e() { unsafe {} } }
            #[cfg(not(test))]
            fn f() { unsafe {} }";
        assert_eq!(counts(text), "{ blocks = 1 }");
    }

    #[test]
    fn unclosed_source_ends_the_count() {
        for text in ["/* unsafe {", "\"unsafe {", "r#\"unsafe {", "'\\", "#[cfg(test)] mod a {"] {
            let _ = count_in_text(text);
        }
    }
}
