use std::fmt;
use std::sync::OnceLock;

use vestibule_config::{Dialect, Document, IndexedText, SectionKind, SectionSlice};

use crate::profile::Part;
use crate::{Finding, Location};

/// One file: its bytes, and as much of it as somebody wanted to know.
///
/// A lookup reads the sections of one name and passes over all others; the whole is parsed only
/// for who wants the whole: a list of names, a linter, an error that has to say what else there is.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) location: Location,
    bytes: IndexedText,
    whole: OnceLock<Document>,
    looked_up: LookedUp,
}

/// What was looked up so far. It only grows, so whoever holds a section keeps it.
#[derive(Clone, Default)]
struct LookedUp(OnceLock<Box<(Key, SectionSlice, Self)>>);

type Key = (SectionKind, String);

impl File {
    pub(crate) fn new(location: &Location, bytes: Option<Vec<u8>>, dialect: Dialect) -> Self {
        Self {
            location: location.clone(),
            bytes: IndexedText::new(bytes.unwrap_or_default(), dialect),
            whole: OnceLock::new(),
            looked_up: LookedUp::default(),
        }
    }

    /// All of it.
    pub(crate) fn document(&self) -> &Document {
        self.whole.get_or_init(|| self.bytes.document())
    }

    /// One section, as [`Document::section`] would find it.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<Part<'_>> {
        let section = match self.whole.get() {
            Some(document) => document.section(kind, name),
            None => self.excerpt(kind, name).section(),
        };
        Some(Part::new(section?, &self.location))
    }

    /// Whether anything of it can be read at all.
    pub(crate) fn is_legible(&self) -> bool {
        Document::is_legible(self.bytes.bytes())
    }

    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        let problems = self.document().problems().into_iter();
        problems.map(|problem| Finding::new(&self.location, problem.into()))
    }

    fn excerpt(&self, kind: SectionKind, name: &str) -> &SectionSlice {
        let mut slot = &self.looked_up;
        loop {
            let find = || {
                let excerpt = self.bytes.find(kind, name);
                Box::new(((kind, name.to_owned()), excerpt, LookedUp::default()))
            };
            let (key, excerpt, next) = &**slot.0.get_or_init(find);
            if (key.0, key.1.as_str()) == (kind, name) {
                return excerpt;
            }
            slot = next;
        }
    }
}

/// The bytes may hold keys.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.location)
    }
}
