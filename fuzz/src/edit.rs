use std::collections::BTreeMap;

use vestibule_config::{Dialect, Document, Edit, ProblemKind, SectionKind};

const KINDS: [SectionKind; 3] =
    [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services];

/// An edit does what it says and nothing else.
///
/// The first three lines of an input are a section, a key and a value; the file follows.
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
            let ask = Ask { document: &document, kind, section, key, value };
            ask.set();
            ask.set_nested();
            ask.remove();
            ask.remove_section();
            ask.add_section();
        }
    }
}

/// A document, and something to change in it.
#[derive(Clone, Copy)]
struct Ask<'a> {
    document: &'a Document,
    kind: SectionKind,
    section: &'a str,
    key: &'a str,
    value: &'a str,
}

impl Ask<'_> {
    /// What is set is read, setting it again changes nothing, and lines that are not the value's
    /// stay as they are.
    fn set(self) {
        let edit = Edit::set(self.kind, self.section, self.key, self.value);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert_eq!(self.get(&edited).as_deref(), Some(self.value));
        let Ok(again) = edit.apply(&edited) else { panic!("refused the second time") };
        assert_eq!(again.text(), edited.text());
        self.leaves_the_rest(&edited);

        let (before, after) = (lines(self.document), lines(&edited));
        let section = self.document.section(self.kind, self.section);
        let Some(old) = section.and_then(|section| section.get(self.key)) else {
            return assert!(is_part(&before, &after), "a line is lost");
        };
        let at = old.line() as usize - 1;
        assert_eq!(before[..at], after[..at]);
        assert!(is_part(&after[at + 1..], &before[at + 1..]), "a line is new");
        let head: String = before[at].chars().take(old.column() as usize - 1).collect();
        assert!(after[at].starts_with(head.trim_end()), "{head:?} became {:?}", after[at]);
    }

    fn set_nested(self) {
        let edit = Edit::set_nested(self.kind, self.section, self.key, "name", self.value);
        let Ok(edited) = edit.apply(self.document) else { return };
        let section = edited.section(self.kind, self.section);
        let block = section.and_then(|section| section.get(self.key));
        let entry = block.and_then(|block| block.nested("name").map(|it| it.text().to_owned()));
        assert_eq!(entry.as_deref(), Some(self.value));
        self.leaves_the_rest(&edited);
    }

    fn remove(self) {
        let edit = Edit::remove(self.kind, self.section, self.key);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert_eq!(self.get(&edited), None);
        assert!(is_part(&lines(&edited), &lines(self.document)), "a line is new");
        self.leaves_the_rest(&edited);
    }

    fn remove_section(self) {
        let edit = Edit::remove_section(self.kind, self.section);
        let Ok(edited) = edit.apply(self.document) else { return };
        assert!(edited.section(self.kind, self.section).is_none());
        assert!(is_part(&lines(&edited), &lines(self.document)), "a line is new");
        self.leaves_the_rest(&edited);
    }

    /// A section that was added and is removed leaves no trace.
    fn add_section(self) {
        if self.document.section(self.kind, self.section).is_some() {
            return;
        }
        let edit = Edit::add_section(self.kind, self.section);
        let Ok(added) = edit.apply(self.document) else { return };
        self.leaves_the_rest(&added);
        let edit = Edit::remove_section(self.kind, self.section);
        let Ok(removed) = edit.apply(&added) else { panic!("added and not to be removed") };
        assert_eq!(removed.text().trim_end(), self.document.text().trim_end());
    }

    fn get(self, document: &Document) -> Option<String> {
        let value = document.section(self.kind, self.section)?.get(self.key)?;
        Some(value.text().into_owned())
    }

    /// Every other section is read as before, and nothing is repeated that was not.
    fn leaves_the_rest(self, edited: &Document) {
        assert_eq!(self.others(edited), self.others(self.document));
        assert!(repeats(edited) <= repeats(self.document), "{:?}", edited.problems());
    }

    fn others(self, document: &Document) -> BTreeMap<(&'static str, String), Vec<String>> {
        let mut others = BTreeMap::new();
        for kind in KINDS {
            for name in document.names(kind) {
                let Some(section) = document.section(kind, &name) else { continue };
                if (kind, &*name) == (self.kind, self.section) {
                    continue;
                }
                let values = section.properties().map(|value| value.text().into_owned());
                others.insert((kind.keyword(), name.into_owned()), values.collect());
            }
        }
        others
    }
}

/// Without their ends: a last line may have gained or lost its own.
fn lines(document: &Document) -> Vec<&str> {
    let lines = document.text().trim_start_matches('\u{feff}').split('\n');
    lines.map(|line| line.trim_end_matches('\r')).collect()
}

/// Whether the lines of `part` are lines of `whole`, in order.
fn is_part(part: &[&str], whole: &[&str]) -> bool {
    let mut whole = whole.iter();
    part.iter().filter(|line| !line.is_empty()).all(|line| whole.any(|other| other == line))
}

/// For these botocore and the AWS CLI refuse a file.
fn repeats(document: &Document) -> usize {
    let repeated = [ProblemKind::RepeatedKey, ProblemKind::RepeatedSection];
    document.problems().iter().filter(|problem| repeated.contains(&problem.kind())).count()
}
