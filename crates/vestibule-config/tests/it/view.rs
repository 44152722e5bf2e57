//! What the two files say together, as JSON: the shape in which the suites state their results.

use serde_json::{Map, Value as Json, json};
use vestibule_config::{Dialect, Document, ParseError, SectionKind, Value};

/// The two files of a case.
pub(crate) struct Files {
    pub(crate) config: Document,
    pub(crate) credentials: Document,
}

impl Files {
    pub(crate) fn parse(config: Vec<u8>, credentials: Vec<u8>) -> Self {
        Self {
            config: Document::parse_bytes(config, Dialect::Config),
            credentials: Document::parse_bytes(credentials, Dialect::Credentials),
        }
    }

    /// The first strict problem, with the name of the file it is in.
    pub(crate) fn strict(&self) -> Result<(), (&'static str, ParseError)> {
        self.config.strict().map_err(|error| ("config", error))?;
        self.credentials.strict().map_err(|error| ("credentials", error))
    }

    /// The sections of a kind: name to key to value, credentials over config.
    pub(crate) fn sections(&self, kind: SectionKind, value: fn(Value<'_>) -> Json) -> Json {
        let mut sections = Map::new();
        for document in [&self.config, &self.credentials] {
            for name in document.names(kind) {
                let section = document.section(kind, &name).expect("a name that was listed");
                let keys = sections.entry(name).or_insert_with(|| json!({}));
                for property in section.properties() {
                    keys[property.key().to_ascii_lowercase()] = value(property);
                }
            }
        }
        sections.into()
    }
}

/// A block as one text.
pub(crate) fn flat(value: Value<'_>) -> Json {
    value.text().into()
}

/// A block as a map, unless it is empty.
pub(crate) fn nested(value: Value<'_>) -> Json {
    let entries: Map<_, _> =
        value.entries().map(|entry| (entry.name().to_owned(), entry.text().into())).collect();
    if entries.is_empty() { flat(value) } else { entries.into() }
}
