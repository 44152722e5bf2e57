use std::fmt;
use std::sync::OnceLock;

use vestibule_config::{Dialect, Document, IndexedText, SectionKind, SectionSlice};

use crate::profile::LocatedSection;
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
    slices: SliceCache,
}

/// What was looked up so far. It only grows, so whoever holds a section keeps it.
#[derive(Clone, Default)]
struct SliceCache(OnceLock<Box<(Key, SectionSlice, Self)>>);

type Key = (SectionKind, String);

impl File {
    pub(crate) fn new(location: &Location, bytes: Option<Vec<u8>>, dialect: Dialect) -> Self {
        Self {
            location: location.clone(),
            bytes: IndexedText::new(bytes.unwrap_or_default(), dialect),
            whole: OnceLock::new(),
            slices: SliceCache::default(),
        }
    }

    /// All of it.
    pub(crate) fn document(&self) -> &Document {
        self.whole.get_or_init(|| self.bytes.document())
    }

    /// One section, as [`Document::section`] would find it.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<LocatedSection<'_>> {
        let section = match self.whole.get() {
            Some(document) => document.section(kind, name),
            None => self.slice(kind, name).section(),
        };
        Some(LocatedSection::new(section?, &self.location))
    }

    /// Whether anything of it can be read at all.
    pub(crate) fn is_readable(&self) -> bool {
        Document::is_readable(self.bytes.bytes())
    }

    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        let problems = self.document().problems().into_iter();
        problems.map(|problem| Finding::new(&self.location, problem.into()))
    }

    fn slice(&self, kind: SectionKind, name: &str) -> &SectionSlice {
        let mut slot = &self.slices;
        loop {
            let find = || {
                let slice = self.bytes.find(kind, name);
                Box::new(((kind, name.to_owned()), slice, SliceCache::default()))
            };
            let (key, slice, next) = &**slot.0.get_or_init(find);
            if (key.0, key.1.as_str()) == (kind, name) {
                return slice;
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
