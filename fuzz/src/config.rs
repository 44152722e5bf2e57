use vestibule_config::{Dialect, Document, SectionKind};

/// Checks that a document preserves every byte of a config file, and that each listed section and key
/// can be looked up.
pub fn config(bytes: &[u8]) {
    for dialect in [Dialect::Config, Dialect::Credentials] {
        look_up_listed_names(&Document::parse_bytes(bytes, dialect));
        if let Ok(text) = str::from_utf8(bytes) {
            let document = Document::parse(text, dialect);
            assert_eq!(document.to_string(), text);
            look_up_listed_names(&document);
        }
    }
}

fn look_up_listed_names(document: &Document) {
    for kind in [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services] {
        for name in document.names(kind) {
            let section = document.section(kind, &name);
            let section =
                section.unwrap_or_else(|| panic!("{kind:?} {name:?} is listed but not found"));
            for value in section.properties() {
                assert!(
                    section.get(value.key()).is_some(),
                    "{:?} is listed but not found",
                    value.key()
                );
            }
        }
    }
    let strict = document.problems().iter().any(|problem| problem.kind().is_strict());
    assert_eq!(document.strict().is_err(), strict, "{:?}", document.problems());
}
