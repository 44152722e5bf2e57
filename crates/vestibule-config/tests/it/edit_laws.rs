//! What holds for every edit of every text.

use std::borrow::Cow;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule_config::{Dialect, Document, Edit, EditError, ProblemKind, SectionKind};

use crate::texts::{dialects, runs, texts};

/// A document, and something to change in it.
struct Ask {
    document: Document,
    kind: SectionKind,
    section: &'static str,
    key: &'static str,
    value: String,
}

/// Sections, keys and values of which some occur in the texts and some cannot be written.
fn asks() -> impl Strategy<Value = Ask> {
    let kinds = select(vec![
        SectionKind::Profile,
        SectionKind::Profile,
        SectionKind::SsoSession,
        SectionKind::Services,
    ]);
    let sections = select(vec!["default", "a", "b", "b c", "new", "Ann's Mac", "c!", ""]);
    let keys = select(vec!["region", "REGION", "s3", "x", "new", "a b"]);
    let values = select(vec![
        "",
        "1",
        "2",
        "a # b",
        "#",
        ";c",
        "a#b",
        " 1",
        "1\n2",
        "[profile z]",
        "x = y",
        "\"",
        "é\u{a0}é",
    ]);
    let values = prop_oneof![values.prop_map(str::to_owned), "[ -~]{0,12}"];
    (texts(), dialects(), kinds, sections, keys, values).prop_map(
        |(text, dialect, kind, section, key, value)| {
            let document = Document::parse(text, dialect);
            Ask { document, kind, section, key, value }
        },
    )
}

impl Ask {
    fn set(&self) -> Edit {
        Edit::set(self.kind, self.section, self.key, self.value.as_str())
    }

    fn set_nested(&self, name: &str) -> Edit {
        Edit::set_nested(self.kind, self.section, self.key, name, self.value.as_str())
    }

    fn remove(&self) -> Edit {
        Edit::remove(self.kind, self.section, self.key)
    }

    fn remove_section(&self) -> Edit {
        Edit::remove_section(self.kind, self.section)
    }

    fn add_section(&self) -> Edit {
        Edit::add_section(self.kind, self.section)
    }

    /// The value asked for, as another document has it.
    fn get(&self, document: &Document) -> Option<String> {
        let value = document.section(self.kind, self.section)?.get(self.key)?;
        Some(value.text().into_owned())
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, kind, section, key, value } = self;
        let (dialect, text) = (document.dialect(), document.text());
        write!(f, "{dialect:?} {text:?}: {} {section:?}, {key} = {value:?}", kind.keyword())
    }
}

/// The lines without their ends: a last line may have gained or lost its own.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.trim_start_matches('\u{feff}').split('\n');
    lines.map(|line| line.trim_end_matches('\r')).collect()
}

/// Whether the lines of `part` are lines of `whole`, in order.
fn is_part<'a>(part: &[&'a str], whole: &[&'a str]) -> bool {
    let mut whole = whole.iter();
    part.iter().filter(|line| !line.is_empty()).all(|line| whole.any(|other| other == line))
}

fn is_part_of(part: &Document, whole: &Document) -> bool {
    is_part(&lines(part.text()), &lines(whole.text()))
}

/// What botocore and the AWS CLI would refuse the file for.
fn repeats(document: &Document) -> usize {
    let repeated = [ProblemKind::RepeatedKey, ProblemKind::RepeatedSection];
    document.problems().iter().filter(|problem| repeated.contains(&problem.kind())).count()
}

fn comments(document: &Document) -> usize {
    document.text().lines().filter(|line| line.starts_with(['#', ';'])).count()
}

fn has_indents(document: &Document) -> bool {
    document.text().lines().any(|line| line.starts_with([' ', '\t']))
}

proptest! {
    #![proptest_config(runs(1024))]

    #[test]
    fn what_is_set_is_read(ask in asks()) {
        let Ok(edited) = ask.set().apply(&ask.document) else { return Ok(()) };
        prop_assert_eq!(ask.get(&edited), Some(ask.value.clone()));
        prop_assert_eq!(edited.strict().is_ok(), ask.document.strict().is_ok());
        prop_assert!(repeats(&edited) <= repeats(&ask.document));
        prop_assert!(has_indents(&ask.document) || !has_indents(&edited));
        let again = ask.set().apply(&edited).map(|again| again.to_string());
        prop_assert_eq!(again, Ok(edited.to_string()));
    }

    #[test]
    fn what_is_refused_has_a_reason(ask in asks()) {
        let Err(error) = ask.set().apply(&ask.document) else { return Ok(()) };
        let has_reason = match error {
            EditError::InvalidName { .. } => {
                ask.section.is_empty() || ask.document.dialect() == Dialect::Credentials
            }
            EditError::InvalidKey { .. } => ask.key == "a b",
            EditError::InvalidValue { .. } => {
                let line = format!("[default]\nx = {}\n", ask.value);
                let read = Document::parse(line, Dialect::Config);
                let read = read.section(SectionKind::Profile, "default").unwrap();
                ask.value.starts_with(['#', ';']) || read.get("x").unwrap().text() != ask.value
            }
            EditError::Unreadable(error) => {
                ask.document.problems().iter().any(|problem| problem.line() == error.line())
            }
            EditError::Disturbs => {
                let lines = ask.document.text().lines();
                lines.into_iter().any(|line| line.trim_start().len() < line.len() && line.contains('['))
            }
            _ => false,
        };
        prop_assert!(has_reason);
    }

    #[test]
    fn a_value_changes_within_its_own_lines(ask in asks()) {
        let section = ask.document.section(ask.kind, ask.section);
        let Some(old) = section.and_then(|section| section.get(ask.key)) else { return Ok(()) };
        let Ok(edited) = ask.set().apply(&ask.document) else { return Ok(()) };
        let (before, after) = (lines(ask.document.text()), lines(edited.text()));
        let (at, column) = (old.line() as usize - 1, old.column() as usize - 1);
        prop_assert_eq!(&before[..at], &after[..at]);
        prop_assert!(is_part(&after[at + 1..], &before[at + 1..]));
        prop_assert!(old.text().contains('\n') || before.len() == after.len());

        let value = old.text().split('\n').next().map_or(0, |line| line.chars().count());
        let head: String = before[at].chars().take(column).collect();
        let tail: String = before[at].chars().skip(column + value).collect();
        prop_assert!(after[at].starts_with(head.trim_end()) && after[at].ends_with(&tail));
    }

    #[test]
    fn what_is_new_leaves_all_lines_as_they_were(ask in asks()) {
        if ask.get(&ask.document).is_some() { return Ok(()) }
        let Ok(edited) = ask.set().apply(&ask.document) else { return Ok(()) };
        prop_assert!(is_part_of(&ask.document, &edited));
        if ask.document.section(ask.kind, ask.section).is_none() {
            let (before, after) = (ask.document.text(), edited.text());
            prop_assert!(after.starts_with(before) && after.ends_with('\n'));
        }
    }

    #[test]
    fn what_is_set_in_a_block_is_read(ask in asks(), name in select(vec!["x", "X", "new", "a b"])) {
        let Ok(edited) = ask.set_nested(name).apply(&ask.document) else { return Ok(()) };
        let block = edited.section(ask.kind, ask.section).and_then(|section| section.get(ask.key));
        let read = block.and_then(|block| block.nested(name));
        prop_assert_eq!(read.map(|entry| entry.text()), Some(ask.value.as_str()));
        prop_assert!(repeats(&edited) <= repeats(&ask.document));
    }

    #[test]
    fn a_removed_key_is_gone_and_no_comment_with_it(ask in asks()) {
        let Ok(edited) = ask.remove().apply(&ask.document) else { return Ok(()) };
        prop_assert_eq!(ask.get(&edited), None);
        prop_assert!(is_part_of(&edited, &ask.document));
        prop_assert_eq!(comments(&edited), comments(&ask.document));
    }

    #[test]
    fn a_removed_section_is_gone(ask in asks()) {
        let Ok(edited) = ask.remove_section().apply(&ask.document) else { return Ok(()) };
        prop_assert!(edited.section(ask.kind, ask.section).is_none());
        prop_assert!(is_part_of(&edited, &ask.document));
    }

    #[test]
    fn a_section_added_and_removed_leaves_no_trace(ask in asks()) {
        if ask.document.section(ask.kind, ask.section).is_some() { return Ok(()) }
        let add = Edit::add_section(ask.kind, ask.section);
        let Ok(added) = add.apply(&ask.document) else { return Ok(()) };
        let Ok(removed) = ask.remove_section().apply(&added) else { return Ok(()) };
        prop_assert_eq!(removed.text().trim_end(), ask.document.text().trim_end());
    }

    #[test]
    fn changes_made_at_once_are_changes_made_in_turn(
        text in texts(),
        dialect in dialects(),
        asks in vec((asks(), 0_usize..5), 0..8),
    ) {
        let edits: Vec<_> = asks.iter().map(|(ask, which)| match which {
            0 => ask.set(),
            1 => ask.set_nested("x"),
            2 => ask.remove(),
            3 => ask.remove_section(),
            _ => ask.add_section(),
        }).collect();
        let document = Document::parse(text, dialect);
        let mut steps = edits.iter();
        let in_turn = steps.try_fold(document.clone(), |document, edit| edit.apply(&document));
        let at_once = Edit::apply_all(&edits, &document);
        match (in_turn, at_once) {
            (Ok(in_turn), Ok(at_once)) => prop_assert_eq!(in_turn.text(), at_once.text()),
            (in_turn, at_once) => prop_assert_eq!(in_turn.is_ok(), at_once.is_ok()),
        }
    }

    #[test]
    fn other_sections_keep_their_values(ask in asks()) {
        let edits = [ask.set(), ask.set_nested("name"), ask.remove(), ask.remove_section()];
        for edited in edits.iter().filter_map(|edit| edit.apply(&ask.document).ok()) {
            let profiles = |document: &Document| -> Vec<_> {
                let names = document.names(SectionKind::Profile).map(Cow::into_owned);
                let others = names.filter(|name| {
                    (ask.kind, ask.section) != (SectionKind::Profile, name.as_str())
                });
                others.map(|name| {
                    let section = document.section(SectionKind::Profile, &name).unwrap();
                    let values = section.properties().map(|value| value.text().into_owned());
                    (values.collect::<Vec<_>>(), name)
                }).collect()
            };
            prop_assert_eq!(profiles(&edited), profiles(&ask.document));
        }
    }
}
