//! Properties of every edit of every text.

use std::borrow::Cow;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule_config::{Dialect, Document, Edit, EditError, ProblemKind, Section, SectionKind};

use crate::texts::{dialects, runs, texts};

/// A document, and a change of it.
struct Request {
    document: Document,
    kind: SectionKind,
    section: &'static str,
    key: &'static str,
    value: String,
}

/// Sections, keys and values of which some occur in the texts and some cannot be written.
fn requests() -> impl Strategy<Value = Request> {
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
            Request { document, kind, section, key, value }
        },
    )
}

impl Request {
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

    fn rename_section(&self) -> Edit {
        Edit::rename_section(self.kind, self.section, "b")
    }

    /// Returns the value of the key in another document.
    fn get(&self, document: &Document) -> Option<String> {
        let value = document.section(self.kind, self.section)?.get(self.key)?;
        Some(value.text().into_owned())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, kind, section, key, value } = self;
        let (dialect, text) = (document.dialect(), document.text());
        write!(f, "{dialect:?} {text:?}: {} {section:?}, {key} = {value:?}", kind.keyword())
    }
}

/// Returns the lines without their ends: a last line may have gained or lost its own.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.trim_start_matches('\u{feff}').split('\n');
    lines.map(|line| line.trim_end_matches('\r')).collect()
}

/// Returns whether the lines of `part` are lines of `whole`, in order.
fn is_part<'a>(part: &[&'a str], whole: &[&'a str]) -> bool {
    let mut whole = whole.iter();
    part.iter().filter(|line| !line.is_empty()).all(|line| whole.any(|other| other == line))
}

fn is_part_of(part: &Document, whole: &Document) -> bool {
    is_part(&lines(part.text()), &lines(whole.text()))
}

/// Returns the number of repetitions, for which botocore and the AWS CLI refuse a file.
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
    fn value_is_read_after_set(request in requests()) {
        let Ok(edited) = request.set().apply(&request.document) else { return Ok(()) };
        prop_assert_eq!(request.get(&edited), Some(request.value.clone()));
        prop_assert_eq!(edited.strict().is_ok(), request.document.strict().is_ok());
        prop_assert!(repeats(&edited) <= repeats(&request.document));
        prop_assert!(has_indents(&request.document) || !has_indents(&edited));
        let again = request.set().apply(&edited).map(|again| again.to_string());
        prop_assert_eq!(again, Ok(edited.to_string()));
    }

    #[test]
    fn edit_error_has_a_reason_in_the_input(request in requests()) {
        let Err(error) = request.set().apply(&request.document) else { return Ok(()) };
        let has_reason = match error {
            EditError::InvalidName { .. } => {
                request.section.is_empty() || request.document.dialect() == Dialect::Credentials
            }
            EditError::InvalidKey { .. } => request.key == "a b",
            EditError::InvalidValue { .. } => {
                let line = format!("[default]\nx = {}\n", request.value);
                let read = Document::parse(line, Dialect::Config);
                let read = read.section(SectionKind::Profile, "default").unwrap();
                request.value.starts_with(['#', ';']) || read.get("x").unwrap().text() != request.value
            }
            EditError::Unreadable(error) => {
                request.document.problems().iter().any(|problem| problem.line() == error.line())
            }
            EditError::Disturbs => {
                let lines = request.document.text().lines();
                lines.into_iter().any(|line| line.trim_start().len() < line.len() && line.contains('['))
            }
            _ => false,
        };
        prop_assert!(has_reason);
    }

    #[test]
    fn set_value_changes_only_its_own_lines(request in requests()) {
        let section = request.document.section(request.kind, request.section);
        let Some(old) = section.and_then(|section| section.get(request.key)) else { return Ok(()) };
        let Ok(edited) = request.set().apply(&request.document) else { return Ok(()) };
        let (before, after) = (lines(request.document.text()), lines(edited.text()));
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
    fn new_key_keeps_all_existing_lines(request in requests()) {
        if request.get(&request.document).is_some() { return Ok(()) }
        let Ok(edited) = request.set().apply(&request.document) else { return Ok(()) };
        prop_assert!(is_part_of(&request.document, &edited));
        if request.document.section(request.kind, request.section).is_none() {
            let (before, after) = (request.document.text(), edited.text());
            prop_assert!(after.starts_with(before) && after.ends_with('\n'));
        }
    }

    #[test]
    fn nested_value_is_read_after_set_nested(request in requests(), name in select(vec!["x", "X", "new", "a b"])) {
        let Ok(edited) = request.set_nested(name).apply(&request.document) else { return Ok(()) };
        let block = edited.section(request.kind, request.section).and_then(|section| section.get(request.key));
        let read = block.and_then(|block| block.nested(name));
        prop_assert_eq!(read.map(|entry| entry.text()), Some(request.value.as_str()));
        prop_assert!(repeats(&edited) <= repeats(&request.document));
    }

    #[test]
    fn removed_key_is_gone_and_comments_are_kept(request in requests()) {
        let Ok(edited) = request.remove().apply(&request.document) else { return Ok(()) };
        prop_assert_eq!(request.get(&edited), None);
        prop_assert!(is_part_of(&edited, &request.document));
        prop_assert_eq!(comments(&edited), comments(&request.document));
    }

    #[test]
    fn removed_section_is_gone(request in requests()) {
        let Ok(edited) = request.remove_section().apply(&request.document) else { return Ok(()) };
        prop_assert!(edited.section(request.kind, request.section).is_none());
        prop_assert!(is_part_of(&edited, &request.document));
    }

    #[test]
    fn section_renamed_and_renamed_back_has_its_lines(request in requests()) {
        let rename = Edit::rename_section(request.kind, request.section, "other name");
        let Ok(renamed) = rename.apply(&request.document) else { return Ok(()) };
        let Some(old) = request.document.section(request.kind, request.section) else {
            prop_assert_eq!(renamed.text(), request.document.text());
            return Ok(());
        };
        let values = |section: Section<'_>| -> Vec<_> {
            section.properties().map(|value| (value.key().to_owned(), value.text().into_owned())).collect()
        };
        let new = renamed.section(request.kind, "other name").unwrap();
        prop_assert_eq!(values(old), values(new));
        prop_assert_eq!(lines(renamed.text()).len(), lines(request.document.text()).len());
        let back = Edit::rename_section(request.kind, "other name", request.section);
        let Ok(back) = back.apply(&renamed) else { return Ok(()) };
        prop_assert_eq!(values(old), values(back.section(request.kind, request.section).unwrap()));
    }

    #[test]
    fn section_added_and_removed_restores_the_text(request in requests()) {
        if request.document.section(request.kind, request.section).is_some() { return Ok(()) }
        let add = Edit::add_section(request.kind, request.section);
        let Ok(added) = add.apply(&request.document) else { return Ok(()) };
        let Ok(removed) = request.remove_section().apply(&added) else { return Ok(()) };
        prop_assert_eq!(removed.text().trim_end(), request.document.text().trim_end());
    }

    #[test]
    fn edits_applied_together_equal_edits_applied_in_order(
        text in texts(),
        dialect in dialects(),
        requests in vec((requests(), 0_usize..6), 0..8),
    ) {
        let edits: Vec<_> = requests.iter().map(|(request, which)| match which {
            0 => request.set(),
            1 => request.set_nested("x"),
            2 => request.remove(),
            3 => request.remove_section(),
            4 => request.rename_section(),
            _ => request.add_section(),
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
    fn edit_keeps_the_values_of_other_sections(request in requests()) {
        let edits = [request.set(), request.set_nested("name"), request.remove(), request.remove_section()];
        for edited in edits.iter().filter_map(|edit| edit.apply(&request.document).ok()) {
            let profiles = |document: &Document| -> Vec<_> {
                let names = document.names(SectionKind::Profile).map(Cow::into_owned);
                let others = names.filter(|name| {
                    (request.kind, request.section) != (SectionKind::Profile, name.as_str())
                });
                others.map(|name| {
                    let section = document.section(SectionKind::Profile, &name).unwrap();
                    let values = section.properties().map(|value| value.text().into_owned());
                    (values.collect::<Vec<_>>(), name)
                }).collect()
            };
            prop_assert_eq!(profiles(&edited), profiles(&request.document));
        }
    }
}

/// Checks that edits applied together give the text of the edits applied in order, or an error too.
#[track_caller]
fn check_sequence(document: &Document, edits: &[Edit]) {
    let text = |result: Result<Document, EditError>| result.map(|edited| edited.to_string()).ok();
    let mut steps = edits.iter();
    let in_turn = steps.try_fold(document.clone(), |document, edit| edit.apply(&document));
    assert_eq!(text(in_turn), text(Edit::apply_all(edits, document)), "{edits:?}");
}

/// Sections share blank lines, names and the end of the file, so that an edit can depend on others.
#[test]
fn all_sequences_of_three_edits_applied_together_equal_the_edits_in_order() {
    let text = "[profile a]\nx = 1\n\n[profile b]\n\n[profile c]\nx = 1\n";
    let document = Document::parse(text, Dialect::Config);
    let profile = SectionKind::Profile;
    let mut edits = vec![Edit::rename_section(profile, "b", "a")];
    for section in ["a", "b", "new", "newer"] {
        edits.push(Edit::set(profile, section, "x", "2"));
        edits.push(Edit::remove(profile, section, "x"));
        edits.push(Edit::remove_section(profile, section));
        edits.push(Edit::add_section(profile, section));
        edits.push(Edit::rename_section(profile, section, "new"));
    }
    let count = edits.len();
    for number in 0..count.pow(3) {
        let at = [number / count / count, number / count % count, number % count];
        check_sequence(&document, &at.map(|at| edits[at].clone()));
    }
}

#[test]
fn section_added_anew_after_a_renaming_is_above_those_added_later() {
    let profile = SectionKind::Profile;
    let document = Document::parse("[profile a]\nx = 1\n", Dialect::Config);
    let edits = [
        Edit::add_section(profile, "a"),
        Edit::rename_section(profile, "a", "b"),
        Edit::add_section(profile, "a"),
        Edit::add_section(profile, "c"),
    ];
    check_sequence(&document, &edits);
    let edited = Edit::apply_all(&edits, &document).unwrap();
    assert_eq!(edited.text(), "[profile b]\nx = 1\n\n[profile a]\n\n[profile c]\n");
}
