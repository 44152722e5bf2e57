//! What the two files say together, as JSON: the shape in which suites state their results.

use serde_json::{Map, Value as Json};
use vestibule_config::{ParseError, ProblemKind, SectionKind, Value};
use vestibule_profile::{Files, Setting, locate};
use vestibule_types::{Platform, Vars};

use crate::secrets_check::Visible;

/// The files at their usual places.
pub(crate) fn read(config: Vec<u8>, credentials: Vec<u8>, visible: &mut Visible) -> Files {
    let locations = locate(&Vars::default(), Platform::Unix);
    let files = Files::new(&locations, Some(config), Some(credentials));
    visible.debug(&files);
    for finding in files.findings() {
        visible.debug(&finding);
        visible.debug(&finding.caret());
    }
    files
}

/// The first line that cannot be read, and the name of the file it is in.
pub(crate) fn first_error(
    files: &Files,
    visible: &mut Visible,
) -> Result<(), (&'static str, ParseError)> {
    let strict = [("config", files.config()), ("credentials", files.credentials())];
    strict.into_iter().try_for_each(|(name, document)| {
        document.strict().map_err(|error| {
            visible.error(&error);
            (name, error)
        })
    })
}

/// The profiles by name, each key with the value that counts.
///
/// A profile tells the value of a key but not which keys there are: those come from the documents.
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

/// The sections of a kind that only the config file has.
pub(crate) fn sections(files: &Files, kind: SectionKind, shape: fn(Value<'_>) -> Json) -> Json {
    let sections = files.config().names(kind).filter_map(|name| {
        let section = files.config().section(kind, &name)?;
        let values = section.properties();
        let values = values.map(|value| (value.key().to_ascii_lowercase(), shape(value)));
        Some((name.into_owned(), values.collect::<Json>()))
    });
    sections.collect()
}

/// A block as one text.
pub(crate) fn flat(value: Value<'_>) -> Json {
    value.text().into()
}

/// A block as a map, unless it is empty.
pub(crate) fn nested(value: Value<'_>) -> Json {
    let entries = value.entries().map(|entry| (entry.name().to_owned(), entry.text().into()));
    let entries: Map<_, _> = entries.collect();
    if entries.is_empty() { flat(value) } else { entries.into() }
}

/// A kind of problem in the words of the SDK for Rust.
pub(crate) fn words(kind: ProblemKind) -> &'static str {
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
