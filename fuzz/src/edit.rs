use std::collections::BTreeMap;

use vestibule_config::{Dialect, Document, Edit, ProblemKind, SectionKind};

const KINDS: [SectionKind; 3] =
    [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services];

/// Checks that an edit makes the requested change and no other.
///
/// The first three lines of an input are a section name, a key and a value; the rest is the file.
pub fn edit(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(4, '\n');
    let (Some(section), Some(key), Some(value), Some(file)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    for dialect in [Dialect::Config, Dialect::Credentials] {
        let document = Document::parse(file, dialect);
        for kind in KINDS {
            let case = EditCase { document: &document, kind, section, key, value };
            case.set();
            case.set_nested();
            case.remove();
            case.remove_section();
            case.add_section();
        }
    }
}

/// A document and the change to make.
#[derive(Clone, Copy)]
struct EditCase<'a> {
    document: &'a Document,
    kind: SectionKind,
    section: &'a str,
    key: &'a str,
    value: &'a str,
}

impl EditCase<'_> {
    /// The value is set, setting it again changes nothing, and lines of other values are unchanged.
    fn set(self) {
        let edit = Edit::set(self.kind, self.section, self.key, self.value);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert_eq!(self.get(&edited).as_deref(), Some(self.value));
        let Ok(repeated) = edit.apply(&edited) else {
            panic!("the same edit fails the second time")
        };
        assert_eq!(repeated.text(), edited.text());
        self.preserves_other_sections(&edited);

        let (before, after) = (lines(self.document), lines(&edited));
        let section = self.document.section(self.kind, self.section);
        let Some(old) = section.and_then(|section| section.get(self.key)) else {
            return assert!(is_subsequence(&before, &after), "a line was removed");
        };
        let index = old.line() as usize - 1;
        assert_eq!(before[..index], after[..index]);
        assert!(is_subsequence(&after[index + 1..], &before[index + 1..]), "a line was added");
        let head: String = before[index].chars().take(old.column() as usize - 1).collect();
        assert!(after[index].starts_with(head.trim_end()), "{head:?} became {:?}", after[index]);
    }

    fn set_nested(self) {
        let edit = Edit::set_nested(self.kind, self.section, self.key, "name", self.value);
        let Ok(edited) = edit.apply(self.document) else { return };
        let section = edited.section(self.kind, self.section);
        let block = section.and_then(|section| section.get(self.key));
        let entry = block.and_then(|block| block.nested("name").map(|it| it.text().to_owned()));
        assert_eq!(entry.as_deref(), Some(self.value));
        self.preserves_other_sections(&edited);
    }

    fn remove(self) {
        let edit = Edit::remove(self.kind, self.section, self.key);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert_eq!(self.get(&edited), None);
        assert!(is_subsequence(&lines(&edited), &lines(self.document)), "a line was added");
        self.preserves_other_sections(&edited);
    }

    fn remove_section(self) {
        let edit = Edit::remove_section(self.kind, self.section);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert!(edited.section(self.kind, self.section).is_none());
        assert!(is_subsequence(&lines(&edited), &lines(self.document)), "a line was added");
        self.preserves_other_sections(&edited);
    }

    /// Removing an added section restores the document.
    fn add_section(self) {
        if self.document.section(self.kind, self.section).is_some() {
            return;
        }
        let edit = Edit::add_section(self.kind, self.section);
        let Ok(added) = edit.apply(self.document) else { return };
        self.preserves_other_sections(&added);
        let edit = Edit::remove_section(self.kind, self.section);
        let Ok(removed) = edit.apply(&added) else { panic!("the added section cannot be removed") };
        assert_eq!(removed.text().trim_end(), self.document.text().trim_end());
    }

    fn get(self, document: &Document) -> Option<String> {
        let value = document.section(self.kind, self.section)?.get(self.key)?;
        Some(value.text().into_owned())
    }

    /// Other sections have the same values, and no new section or key is repeated.
    fn preserves_other_sections(self, edited: &Document) {
        assert_eq!(self.other_sections(edited), self.other_sections(self.document));
        assert!(count_repeats(edited) <= count_repeats(self.document), "{:?}", edited.problems());
    }

    fn other_sections(self, document: &Document) -> BTreeMap<(&'static str, String), Vec<String>> {
        let mut sections = BTreeMap::new();
        for kind in KINDS {
            for name in document.names(kind) {
                let Some(section) = document.section(kind, &name) else { continue };
                if (kind, &*name) == (self.kind, self.section) {
                    continue;
                }
                let values = section.properties().map(|value| value.text().into_owned());
                sections.insert((kind.keyword(), name.into_owned()), values.collect());
            }
        }
        sections
    }
}

/// Returns the lines without line endings, because an edit may add or remove the last one.
fn lines(document: &Document) -> Vec<&str> {
    let lines = document.text().trim_start_matches('\u{feff}').split('\n');
    lines.map(|line| line.trim_end_matches('\r')).collect()
}

/// Returns whether the lines of `part` are lines of `whole`, in order.
fn is_subsequence(part: &[&str], whole: &[&str]) -> bool {
    let mut whole = whole.iter();
    part.iter().filter(|line| !line.is_empty()).all(|line| whole.any(|other| other == line))
}

/// Returns the number of repeated sections and keys, for which botocore rejects a file.
fn count_repeats(document: &Document) -> usize {
    let repeated = [ProblemKind::RepeatedKey, ProblemKind::RepeatedSection];
    document.problems().iter().filter(|problem| repeated.contains(&problem.kind())).count()
}
