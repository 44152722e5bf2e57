//! A lookup finds what parsing the whole file would.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule_config::{Dialect, Document, Excerpt, Lookup, Section, SectionKind};

use crate::texts::{dialects, runs, texts};

/// All there is to see of a section.
fn seen(section: Section<'_>) -> Vec<String> {
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
    fn a_lookup_finds_what_parsing_finds(
        text in texts(),
        dialect in dialects(),
        (kind, name) in sections(),
        cuts in vec(0_usize..40, 0..8),
    ) {
        let document = Document::parse(text.as_str(), dialect);
        let expected = document.section(kind, name).map(seen);
        let found = Excerpt::find(text.as_bytes(), dialect, kind, name);
        prop_assert_eq!(found.section().map(seen), expected.clone());

        let mut lookup = Lookup::new(dialect, kind, name);
        let mut rest = text.as_bytes();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            lookup.feed(piece);
            rest = after;
        }
        lookup.feed(rest);
        if let Some(found) = lookup.finish() {
            prop_assert_eq!(found.section().map(seen), expected);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_make_no_difference(
        text in vec(select(vec![&b"[a]\n"[..], b"[profile 'a", b"'", b"]\n", b"x = ", b"\xff", b"\n", b"y=1\n"]), 0..12),
        dialect in dialects(),
    ) {
        let bytes = text.concat();
        let document = Document::parse_bytes(bytes.as_slice(), dialect);
        let found = Excerpt::find(&bytes, dialect, SectionKind::Profile, "a");
        let expected = document.section(SectionKind::Profile, "a").map(seen);
        prop_assert_eq!(found.section().map(seen), expected);
    }
}

#[test]
fn debug_shows_nothing_that_was_read() {
    let mut lookup = Lookup::new(Dialect::Credentials, SectionKind::Profile, "a");
    lookup.feed(b"[a]\nkey = SECRET\nSECRET");
    assert_eq!(format!("{lookup:?}"), r#"Lookup(profile "a")"#);
    let excerpt = format!("{:?}", lookup.finish());
    assert!(!excerpt.contains("SECRET"), "{excerpt}");
}

#[test]
fn a_file_is_parsed_whole_only_where_it_must_be() {
    #[track_caller]
    fn check(bytes: &[u8], found: Option<bool>) {
        let mut lookup = Lookup::new(Dialect::Config, SectionKind::Profile, "a");
        lookup.feed(bytes);
        assert_eq!(lookup.finish().map(|found| found.section().is_some()), found);
    }
    check(b"", Some(false));
    check(b"[profile a]", Some(true));
    check(b"\xef\xbb\xbf[ profile  'a' ]\r\n", Some(true));
    check(b"[profile b]\n  [profile c]\nx = [profile a]\n# [profile a]\n", Some(false));
    check(b"[profile b]\n  [profile a]\n", None);
    check(b"[profile b]\n  [profile ''a]\n", None);
    check(b"\xff\xfe[\0", None);
}
