//! References from one profile to another.

use std::collections::{HashMap, HashSet};

use vestibule::config::{Document, Edit, Section, SectionKind};

/// The keys whose value is the name of a profile; the last two are read by aws-vault.
const REFERENCE_KEYS: [&str; 3] = ["source_profile", "include_profile", "parent_profile"];

/// Returns the names of profiles to which other profiles of a file refer.
pub fn referenced_profiles(document: &Document) -> HashSet<String> {
    references(document).map(|(_, _, name)| name).collect()
}

/// Returns the names to which sections refer that cannot be edited.
pub(crate) fn fixed_references(document: &Document) -> HashSet<String> {
    let fixed = references(document).filter(|(section, ..)| !section.problems().is_empty());
    fixed.map(|(_, _, name)| name).collect()
}

/// Returns the edits that replace names in references.
pub(crate) fn replace_references(
    document: &Document,
    names: &HashMap<String, String>,
) -> Vec<Edit> {
    let replace = |(section, key, name): (Section<'_>, &str, String)| {
        let new = names.get(&name)?;
        Some(Edit::set(SectionKind::Profile, section.name(), key, new))
    };
    references(document).filter_map(replace).collect()
}

/// Returns each reference: the section, the key and the name.
fn references(document: &Document) -> impl Iterator<Item = (Section<'_>, &'static str, String)> {
    let names = document.names(SectionKind::Profile);
    let sections = names.filter_map(|name| document.section(SectionKind::Profile, &name));
    sections.flat_map(|section| {
        REFERENCE_KEYS.into_iter().filter_map(move |key| {
            section.get(key).map(|value| (section, key, value.text().into_owned()))
        })
    })
}
