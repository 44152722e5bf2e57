//! Properties of every text.

use proptest::collection::vec;
use proptest::prelude::*;
use vestibule_config::{Document, SectionKind};

use crate::texts::{dialects, runs, texts};

const KINDS: [SectionKind; 3] =
    [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services];

proptest! {
    #![proptest_config(runs(512))]

    #[test]
    fn document_display_is_the_text_byte_for_byte(text in texts(), dialect in dialects()) {
        prop_assert_eq!(Document::parse(text.clone(), dialect).to_string(), text);
    }

    #[test]
    fn arbitrary_bytes_are_parsed_without_panic(bytes in vec(any::<u8>(), 0..200), dialect in dialects()) {
        check_lookups(&Document::parse_bytes(bytes, dialect));
    }

    #[test]
    fn listed_sections_and_keys_are_found_by_name(text in texts(), dialect in dialects()) {
        check_lookups(&Document::parse(text, dialect));
    }

    #[test]
    fn utf8_bytes_read_as_the_text(text in texts(), dialect in dialects()) {
        let from_text = Document::parse(text.clone(), dialect);
        let from_bytes = Document::parse_bytes(text, dialect);
        prop_assert!(from_bytes.is_lossless());
        prop_assert_eq!(properties(&from_text), properties(&from_bytes));
    }

    #[test]
    fn strict_returns_the_first_strict_problem(text in texts(), dialect in dialects()) {
        let document = Document::parse(text, dialect);
        let problems = document.problems();
        let first = problems.iter().find(|problem| problem.kind().is_strict());
        let found = document.strict().err().map(|error| (error.line(), error.kind()));
        prop_assert_eq!(found, first.map(|problem| (problem.line(), problem.kind())));
    }

    #[test]
    fn crlf_text_reads_as_lf_text(text in texts(), dialect in dialects()) {
        let text = text.replace('\r', "");
        let crlf = Document::parse(text.replace('\n', "\r\n"), dialect);
        prop_assert_eq!(properties(&Document::parse(text, dialect)), properties(&crlf));
    }
}

/// Checks that each listed section, key and entry is found by its name.
fn check_lookups(document: &Document) {
    for (kind, name, key, text) in properties(document) {
        let section = document.section(kind, &name).expect("a name that was listed");
        let value = section.get(&key.to_ascii_uppercase()).expect("a key that was listed");
        assert_eq!(value.text(), text);
        assert!(0 < value.line() && 0 < value.column() && section.line() < value.line());
        for entry in value.entries() {
            assert!(value.nested(entry.name()).is_some() && value.line() < entry.line());
        }
    }
    for problem in document.problems() {
        assert!(0 < problem.line() && 0 < problem.column() && !problem.caret().is_empty());
    }
}

fn properties(document: &Document) -> Vec<(SectionKind, String, String, String)> {
    let mut all = Vec::new();
    for kind in KINDS {
        for name in document.names(kind) {
            let section = document.section(kind, &name).expect("a name that was listed");
            all.extend(section.properties().map(|value| {
                (kind, name.to_string(), value.key().to_owned(), value.text().into_owned())
            }));
        }
    }
    all
}
