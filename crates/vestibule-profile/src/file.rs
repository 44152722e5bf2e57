//! One of the two files.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use bytes::Bytes;
use vestibule_config::{Dialect, Document, IndexedText, SectionKind, SectionSlice};

use crate::profile::LocatedSection;
use crate::{Finding, Location};

/// One file, parsed as far as needed.
///
/// A lookup parses the sections of one name. The whole file is parsed for a linter, for an
/// error that names similar sections, and after [`MAX_SLICES`] lookups.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) location: Location,
    bytes: IndexedText<Bytes>,
    whole: OnceLock<Document>,
    slices: [OnceLock<Box<(SectionKind, String, SectionSlice)>>; MAX_SLICES],
}

/// The number of sections that are looked up alone. Each lookup searches the whole file, so a long
/// `source_profile` chain would take quadratic time.
const MAX_SLICES: usize = 16;

impl File {
    pub(crate) fn new(location: &Location, bytes: Option<Bytes>, dialect: Dialect) -> Self {
        Self {
            location: location.clone(),
            bytes: IndexedText::new(bytes.unwrap_or_default(), dialect),
            whole: OnceLock::new(),
            slices: Default::default(),
        }
    }

    /// Returns the whole file.
    pub(crate) fn document(&self) -> &Document {
        self.whole.get_or_init(|| self.bytes.document())
    }

    /// Returns the names of the sections of a kind, each once, in file order.
    pub(crate) fn names(&self, kind: SectionKind) -> Vec<Cow<'_, str>> {
        let names = if self.whole.get().is_none() { self.bytes.names(kind) } else { None };
        names.unwrap_or_else(|| self.document().names(kind).collect())
    }

    /// Returns the section that [`Document::section`] would find.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<LocatedSection<'_>> {
        let slice = if self.whole.get().is_none() { self.slice(kind, name) } else { None };
        let section = match slice {
            Some(slice) => slice.section(),
            None => self.document().section(kind, name),
        };
        Some(LocatedSection::new(section?, &self.location))
    }

    /// Returns true if the file is neither UTF-16 nor too large to parse.
    pub(crate) fn is_readable(&self) -> bool {
        Document::is_readable(self.bytes.bytes())
    }

    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        let problems = self.document().problems().into_iter();
        problems.map(|problem| Finding::new(&self.location, problem.into()))
    }

    /// Returns the lines of one section; `None` after too many lookups.
    fn slice(&self, kind: SectionKind, name: &str) -> Option<&SectionSlice> {
        self.slices.iter().find_map(|entry| {
            let find = || Box::new((kind, name.to_owned(), self.bytes.find(kind, name)));
            let (found_kind, found_name, slice) = &**entry.get_or_init(find);
            (*found_kind == kind && found_name == name).then_some(slice)
        })
    }
}

/// Shows the path only: the bytes may hold keys.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.location)
    }
}
