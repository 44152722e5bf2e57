//! What holds for every text.

use proptest::collection::vec;
use proptest::prelude::*;
use vestibule_config::{Document, SectionKind};

use crate::texts::{dialects, runs, texts};

const KINDS: [SectionKind; 3] =
    [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services];

proptest! {
    #![proptest_config(runs(512))]

    #[test]
    fn every_byte_is_kept(text in texts(), dialect in dialects()) {
        prop_assert_eq!(Document::parse(text.clone(), dialect).to_string(), text);
    }

    #[test]
    fn nothing_makes_it_panic(bytes in vec(any::<u8>(), 0..200), dialect in dialects()) {
        look_at_everything(&Document::parse_bytes(bytes, dialect));
    }

    #[test]
    fn everything_listed_is_found(text in texts(), dialect in dialects()) {
        look_at_everything(&Document::parse(text, dialect));
    }

    #[test]
    fn bytes_that_are_utf8_read_as_the_text(text in texts(), dialect in dialects()) {
        let from_text = Document::parse(text.clone(), dialect);
        let from_bytes = Document::parse_bytes(text, dialect);
        prop_assert!(from_bytes.is_lossless());
        prop_assert_eq!(everything(&from_text), everything(&from_bytes));
    }

    #[test]
    fn strict_is_the_first_strict_problem(text in texts(), dialect in dialects()) {
        let document = Document::parse(text, dialect);
        let problems = document.problems();
        let first = problems.iter().find(|problem| problem.kind().is_strict());
        let found = document.strict().err().map(|error| (error.line(), error.kind()));
        prop_assert_eq!(found, first.map(|problem| (problem.line(), problem.kind())));
    }

    #[test]
    fn line_ends_do_not_matter(text in texts(), dialect in dialects()) {
        let text = text.replace('\r', "");
        let crlf = Document::parse(text.replace('\n', "\r\n"), dialect);
        prop_assert_eq!(everything(&Document::parse(text, dialect)), everything(&crlf));
    }
}

/// Visits all there is, and checks that what is listed can be looked up.
fn look_at_everything(document: &Document) {
    for (kind, name, key, text) in everything(document) {
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

fn everything(document: &Document) -> Vec<(SectionKind, String, String, String)> {
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
