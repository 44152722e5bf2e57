//! `cargo xtask tidy`: house rules that no other tool checks.
//!
//! A rule checks one file, and returns the lines that break it with what to do about each.

mod comparison;
mod pointers;
mod readme;
mod settings;
mod wording;

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::report::report;
use crate::source::{self, Source};

pub(crate) const COMMAND: Command = Command {
    name: "tidy",
    takes: "",
    about: "house rules: layout, names, spec links, tests, prose, links",
    run: |args: Args| {
        args.finish()?;
        check()
    },
};

/// The number of a line that breaks a rule, from one, and what to do about it.
type Finding = (usize, String);

const RULES: &[fn(&Source) -> Vec<Finding>] = &[
    space,
    length,
    name,
    root,
    spec_link,
    attributes,
    prose,
    pointers::links,
    readme::check,
    settings::check,
    comparison::check,
    pointers::commands,
    pointers::oldest_compiler,
    pointers::tests,
    pointers::named_tests,
    wording::check,
];

pub(crate) fn check() -> Result<()> {
    let sources = source::files()?;
    report("tidy", &sources.iter().flat_map(findings).collect::<Vec<_>>())
}

fn findings(source: &Source) -> Vec<String> {
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| rule(source)).collect();
    findings.sort();
    let path = source.path.display();
    findings.into_iter().map(|(line, what)| format!("{path}:{line}: {what}")).collect()
}

/// Checks white space, so that a file has the same bytes on every machine and in every editor.
fn space(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text) {
        if text.contains('\t') {
            findings.push((line, "a tab; indent with spaces, write `\\t` in strings".into()));
        }
        if text.contains('\r') {
            findings.push((
                line,
                "a carriage return; end lines with `\\n` alone, write `\\r` in strings".into(),
            ));
        } else if text.ends_with(' ') {
            findings.push((line, "space at the end of the line; delete it".into()));
        }
    }
    if !source.text.is_empty() && (!source.text.ends_with('\n') || source.text.ends_with("\n\n")) {
        findings.push((source.text.lines().count(), "end the file with one newline".into()));
    }
    findings
}

/// The limit for the lines of a file. Most have fewer than 400; a longer one usually has two concepts.
const LONGEST: usize = 500;

fn length(source: &Source) -> Vec<Finding> {
    let is_generated =
        source.text.lines().next().is_some_and(|first| first.contains("enerated by `cargo xtask"));
    let length = source.text.lines().count();
    if !source.has_extension("rs") || is_generated || length <= LONGEST {
        return Vec::new();
    }
    vec![(
        LONGEST,
        format!("{length} lines, {LONGEST} at most; move the second concept to a file of its own"),
    )]
}

/// Names of files and folders that do not say what they contain.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "impl"];

fn name(source: &Source) -> Vec<Finding> {
    let names = source.path.with_extension("");
    let empty =
        names.iter().filter_map(|name| name.to_str()).find(|name| EMPTY_NAMES.contains(name));
    let finding = |name| (1, format!("`{name}` names no concept; name the file after its content"));
    empty.map(finding).into_iter().collect()
}

/// Keywords of items that the root of a crate must not contain.
const LOGIC: &[&str] =
    &["fn", "async", "struct", "enum", "trait", "impl", "const", "static", "macro_rules!"];

fn root(source: &Source) -> Vec<Finding> {
    if !source.is_ours() || !source.path.ends_with("src/lib.rs") {
        return Vec::new();
    }
    let holds_logic = |line: &str| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        let word = line.split([' ', '<']).next().unwrap_or_default();
        LOGIC.contains(&word)
    };
    let logic = source.code_lines().filter(|(_, line)| holds_logic(line));
    logic
        .map(|(line, _)| {
            (line, "the crate root holds docs, `mod` and `pub use`; give this a file".into())
        })
        .collect()
}

/// Checks that the file of a wire operation links its specification.
fn spec_link(source: &Source) -> Vec<Finding> {
    let implements = |line: &str| line.starts_with("impl") && line.contains(" Operation for ");
    let Some((line, _)) = source.code_lines().find(|(_, line)| implements(line)) else {
        return Vec::new();
    };
    let is_linked =
        source.text.lines().any(|line| line.starts_with("//!") && line.contains("https://"));
    if !source.is_ours() || is_linked {
        return Vec::new();
    }
    vec![(
        line,
        "a wire operation without its specification; link it in the file's `//!` doc, <https://…>"
            .into(),
    )]
}

/// Attributes that switch something off, and what to write instead.
const SWITCHES: &[(&str, &str)] = &[
    ("#[allow(", "`allow` outlives its reason; write `#[expect(lint, reason = \"…\")]`"),
    ("#![allow(", "`allow` outlives its reason; write `#![expect(lint, reason = \"…\")]`"),
    ("#[ignore", "an ignored test checks nothing; fix it or delete it"),
    ("#[should_panic", "code must not panic; return an error and check it"),
    ("/// ```ignore", "an example that is not compiled becomes wrong; make it run"),
    ("//! ```ignore", "an example that is not compiled becomes wrong; make it run"),
    ("/// ```rust,ignore", "an example that is not compiled becomes wrong; make it run"),
    ("//! ```rust,ignore", "an example that is not compiled becomes wrong; make it run"),
];

fn attributes(source: &Source) -> Vec<Finding> {
    if !source.has_extension("rs") {
        return Vec::new();
    }
    let finding = |(line, text): (usize, &str)| {
        let (_, instead) =
            SWITCHES.iter().find(|(switch, _)| text.trim_start().starts_with(switch))?;
        Some((line, (*instead).to_owned()))
    };
    lines(&source.text).filter_map(finding).collect()
}

/// Checks that each line of a page has one sentence, so that a diff shows sentences.
fn prose(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_code_block = false;
    for (line, text) in lines(&source.text).filter(|_| source.has_extension("md")) {
        if text.trim_start().starts_with("```") {
            is_code_block = !is_code_block;
        } else if !is_code_block && !text.starts_with('|') && holds_two_sentences(text) {
            findings.push((line, "two sentences on a line; break the line after the first".into()));
        }
    }
    findings
}

/// Abbreviations, whose full stop does not end a sentence.
const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "etc", "vs", "cf"];

/// Returns whether a line has a full stop after a word, and then a capital. A code span counts as a word.
fn holds_two_sentences(line: &str) -> bool {
    let mut words = String::new();
    let mut is_code = false;
    for c in line.chars() {
        if c == '`' {
            is_code = !is_code;
        }
        words.push(if c == '`' || is_code { 'x' } else { c });
    }
    let ends = |before: &str, after: &str| {
        let word = before.rsplit(' ').next().unwrap_or_default();
        after.starts_with(|c: char| c.is_uppercase())
            && word.ends_with(|c: char| c.is_alphabetic() || matches!(c, ')' | '*' | '"'))
            && !ABBREVIATIONS.contains(&word.trim_start_matches('('))
    };
    words.match_indices(". ").any(|(at, stop)| ends(&words[..at], &words[at + stop.len()..]))
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n').enumerate().map(|(before, line)| (before + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = findings(&Source { path: path.into(), text: text.into() });
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn tab_and_trailing_space_are_findings() {
        check("a.md", "One.\n\nTwo.\n", &[]);
        check("a.md", "One.\tx\n", &["a.md:1: a tab"]);
        check("a.md", "One. \n", &["a.md:1: space at the end"]);
        check("a.md", "One.\r\n", &["a.md:1: a carriage return"]);
        check("a.md", "One.", &["one newline"]);
        check("a.md", "One.\n\n", &["one newline"]);
    }

    #[test]
    fn long_file_is_a_finding() {
        let long = "//! Doc.\n".repeat(LONGEST + 1);
        check("crates/a/src/b.rs", &long, &["b.rs:500: 501 lines"]);
        check("crates/a/src/b.rs", &format!("// Generated by `cargo xtask codegen`.\n{long}"), &[]);
        check("a.md", &long, &[]);
    }

    #[test]
    fn file_name_without_a_concept_is_a_finding() {
        check("crates/a/src/utils.rs", "//! Doc.\n", &["`utils` names no concept"]);
        check("crates/a/src/helpers/b.rs", "//! Doc.\n", &["`helpers` names no concept"]);
    }

    #[test]
    fn logic_in_a_crate_root_is_a_finding() {
        check(
            "crates/a/src/lib.rs",
            "//! Doc.\n\nmod b;\n\npub use b::{\n    C,\n    D,\n};\n",
            &[],
        );
        check(
            "crates/a/src/lib.rs",
            "pub fn f() {}\nimpl<T> F for T {}\n",
            &["lib.rs:1:", "lib.rs:2:"],
        );
        check("crates/a/src/b.rs", "pub fn f() {}\n", &[]);
        check("fuzz/src/lib.rs", "pub fn f() {}\n", &[]);
    }

    #[test]
    fn operation_without_a_link_to_its_specification_is_a_finding() {
        let operation = "impl Operation for Logout<'_> {\n}\n";
        check("crates/a/src/b.rs", operation, &["b.rs:1: a wire operation without"]);
        check("crates/a/src/b.rs", &format!("//! <https://example.com/logout>\n{operation}"), &[]);
        check("crates/a/tests/it/b.rs", operation, &[]);
    }

    #[test]
    fn attribute_that_switches_a_check_off_is_a_finding() {
        check("a.rs", "    #[allow(dead_code)]\n", &["write `#[expect(lint"]);
        check("a.rs", "#[ignore = \"slow\"]\n", &["an ignored test"]);
        check("a.rs", "/// ```ignore\n", &["make it run"]);
    }

    #[test]
    fn two_sentences_on_a_line_are_a_finding() {
        check("a.md", "One sentence. Another one.\n", &["a.md:1: two sentences"]);
        check("a.md", "Cmd<'static> `a. B`. Then go.\n", &["a.md:1: two sentences"]);
        check("a.md", "Many kinds, e.g. Unix, and `a. B` too.\n", &[]);
        check("a.md", "1. First.\n```\nA. B.\n```\n| A. B. |\n", &[]);
        check("a.rs", "// One. Two.\n", &[]);
    }

    #[test]
    fn workflow_tests_the_oldest_compiler() {
        let version = "Cargo.toml has rust-version";
        check(".github/workflows/ci.yml", "run: cargo +1.2 check\n", &[version]);
        check("docs/ci.yml", "run: cargo +1.2 check\n", &[]);
    }

    #[test]
    fn link_command_or_test_that_does_not_exist_is_a_finding() {
        check("a.md", "[x](src/main.rs), [y](src/main.rs#z), [z](#z), <https://a>\n", &[]);
        check("a.md", "[x](https://example.com/no), [y](src/no.rs)\n", &["a.md:1: `src/no.rs`"]);
        check("src/a.md", "[x](main.rs)\n", &[]);
        check("a.md", "Cmd<'static> `cargo xtask tidy` or `cargo xtask …`.\n", &[]);
        check(
            "docs/a.md",
            "Checked by `there_is_no_such_test`.\n",
            &["docs/a.md:1: there is no test"],
        );
        let unknown = ["// Cmd<'static> `cargo xtask", "untidy`.\n"].join(" ");
        check("a.rs", &unknown, &["there is no"]);
    }
}
