//! Property tests of single lookups.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule_config::{Dialect, Document, IndexedText, Section, SectionKind};

use crate::texts::{dialects, runs, texts};

/// Returns a description of a section with its values and problems.
fn describe(section: Section<'_>) -> Vec<String> {
    let header = [format!("{section:?}")];
    let values = section.properties().map(|value| {
        let (line, column, key, text) = (value.line(), value.column(), value.key(), value.text());
        format!("{line}:{column} {key} {text:?} {:?}", value.entries().collect::<Vec<_>>())
    });
    let problems = section.problems().into_iter().map(|problem| format!("{problem:?}"));
    header.into_iter().chain(values).chain(problems).collect()
}

fn sections() -> impl Strategy<Value = (SectionKind, &'static str)> {
    let kinds = vec![SectionKind::Profile, SectionKind::Profile, SectionKind::SsoSession];
    (select(kinds), select(vec!["default", "a", "b", "b c", "profile", "\u{fffd}", ""]))
}

proptest! {
    #![proptest_config(runs(2048))]

    #[test]
    fn lookup_finds_the_section_that_parsing_finds(
        text in texts(),
        dialect in dialects(),
        (kind, name) in sections(),
    ) {
        let document = Document::parse(text.as_str(), dialect);
        let expected = document.section(kind, name).map(describe);
        let text = IndexedText::new(text, dialect);
        // The second lookup is independent of the first.
        for _ in 0..2 {
            let found = text.find(kind, name);
            prop_assert_eq!(found.section().map(describe), expected.clone());
        }
    }

    #[test]
    fn names_without_parsing_are_those_of_the_parsed_document(
        text in texts(),
        dialect in dialects(),
        (kind, _) in sections(),
    ) {
        let document = Document::parse(text.as_str(), dialect);
        let expected: Vec<_> = document.names(kind).collect();
        let text = IndexedText::new(text, dialect);
        if let Some(names) = text.names(kind) {
            prop_assert_eq!(names, expected);
        }
    }

    #[test]
    fn lookup_in_invalid_utf8_finds_the_section_that_parsing_finds(
        text in vec(select(vec![&b"[a]\n"[..], b"[profile 'a", b"'", b"]\n", b"x = ", b"\xff", b"\n", b"y=1\n"]), 0..12),
        dialect in dialects(),
    ) {
        let bytes = text.concat();
        let document = Document::parse_bytes(bytes.as_slice(), dialect);
        let text = IndexedText::new(bytes, dialect);
        let found = text.find(SectionKind::Profile, "a");
        let expected = document.section(SectionKind::Profile, "a").map(describe);
        prop_assert_eq!(found.section().map(describe), expected);
        if let Some(names) = text.names(SectionKind::Profile) {
            prop_assert_eq!(names, document.names(SectionKind::Profile).collect::<Vec<_>>());
        }
    }
}

#[test]
fn indexed_text_debug_has_no_value() {
    let text = IndexedText::new("[a]\nkey = SECRET\n", Dialect::Credentials);
    let both = format!("{text:?} {:?}", text.find(SectionKind::Profile, "a"));
    assert!(both.contains("IndexedText") && !both.contains("SECRET"), "{both}");
}
