//! The content of both config files as JSON, in the shape of the suites.

use serde_json::{Map, Value as Json};
use vestibule_config::{ParseError, ProblemKind, SectionKind, Value};
use vestibule_profile::{Files, Setting, locate};
use vestibule_types::{Platform, Vars};

use crate::secrets_check::Visible;

/// Parses the files as if they were at the default locations.
pub(crate) fn parse(config: Vec<u8>, credentials: Vec<u8>, visible: &mut Visible) -> Files {
    let locations = locate(&Vars::default(), Platform::Unix);
    let files = Files::new(&locations, Some(config), Some(credentials));
    visible.debug(&files);
    for finding in files.findings() {
        visible.debug(&finding);
        visible.debug(&finding.caret());
    }
    files
}

/// Returns the first syntax error with the name of its file.
pub(crate) fn first_error(
    files: &Files,
    visible: &mut Visible,
) -> Result<(), (&'static str, ParseError)> {
    let documents = [("config", files.config()), ("credentials", files.credentials())];
    documents.into_iter().try_for_each(|(name, document)| {
        document.strict().map_err(|error| {
            visible.error(&error);
            (name, error)
        })
    })
}

/// Returns the profiles by name, with the effective value of each key.
///
/// A profile cannot list its keys, so they come from the documents.
pub(crate) fn profiles(files: &Files, shape: fn(Value<'_>) -> Json) -> Json {
    let mut profiles = Map::new();
    for name in files.profile_names() {
        let mut values = Map::new();
        for document in [files.config(), files.credentials()] {
            let Some(section) = document.section(SectionKind::Profile, &name) else { continue };
            for value in section.properties() {
                values.insert(value.key().to_ascii_lowercase(), shape(value));
            }
        }
        let profile = files.profile(&name);
        for (key, value) in &mut values {
            let setting = profile.as_ref().and_then(|profile| profile.get(key));
            let text = setting.as_ref().map_or("", Setting::text);
            if value.is_string() {
                *value = text.into();
            }
        }
        profiles.insert(name.into_owned(), values.into());
    }
    profiles.into()
}

/// Returns the sections of a kind, which only the config file can have.
pub(crate) fn sections(files: &Files, kind: SectionKind, shape: fn(Value<'_>) -> Json) -> Json {
    let sections = files.config().names(kind).filter_map(|name| {
        let section = files.config().section(kind, &name)?;
        let values = section.properties();
        let values = values.map(|value| (value.key().to_ascii_lowercase(), shape(value)));
        Some((name.into_owned(), values.collect::<Json>()))
    });
    sections.collect()
}

/// Returns a block as one text.
pub(crate) fn flat(value: Value<'_>) -> Json {
    value.text().into()
}

/// Returns a block as a map, or as text if it is empty.
pub(crate) fn nested(value: Value<'_>) -> Json {
    let entries = value.entries().map(|entry| (entry.name().to_owned(), entry.text().into()));
    let entries: Map<_, _> = entries.collect();
    if entries.is_empty() { flat(value) } else { entries.into() }
}

/// Returns the message of the SDK for Rust for a kind of problem.
pub(crate) fn upstream_message(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::PropertyOutsideSection => "Expected a profile definition",
        ProblemKind::UnterminatedSection => "Profile definition must end with ']'",
        ProblemKind::PropertyWithoutEquals => "Expected an '=' sign defining a property",
        ProblemKind::PropertyWithoutName => "Property did not have a name",
        ProblemKind::ContinuationWithoutProperty => {
            "Expected a property definition, found continuation"
        }
        ProblemKind::SubPropertyWithoutEquals => "Expected an '=' sign defining a sub-property",
        ProblemKind::SubPropertyWithoutName => "Sub-property did not have a name",
        _ => "",
    }
}
