//! The profiles that are there already.

use std::borrow::Cow;

use vestibule::config::{Document, SectionKind};
use vestibule::{SessionName, StartUrl};

use crate::mark::is_marked;

/// A profile, as far as it matters here.
pub(crate) struct Present<'a> {
    pub(crate) name: Cow<'a, str>,
    account_id: Cow<'a, str>,
    role: Cow<'a, str>,
    /// Whether it is ours to change and to remove.
    pub(crate) is_ours: bool,
    /// Whether it signs in where we list: by the name of the session, or in the older style.
    pub(crate) signs_in_here: bool,
}

impl Present<'_> {
    /// The role that it is for.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.account_id, &self.role)
    }
}

/// All profiles of a file, in its order.
pub(crate) fn profiles<'a>(
    document: &'a Document,
    session: &SessionName,
    start_url: &StartUrl,
) -> Vec<Present<'a>> {
    let read = |name: Cow<'a, str>| {
        let section = document.section(SectionKind::Profile, &name)?;
        let get = |key| section.get(key).map(|value| value.text());
        let chosen = get("sso_session");
        let signs_in_here = match &chosen {
            Some(chosen) => chosen.as_ref() == session.as_str(),
            None => get("sso_start_url").is_some_and(|url| url.as_ref() == start_url.as_str()),
        };
        Some(Present {
            account_id: get("sso_account_id").unwrap_or_default(),
            role: get("sso_role_name").unwrap_or_default(),
            is_ours: chosen.is_some() && signs_in_here && is_marked(section),
            signs_in_here,
            name,
        })
    };
    document.names(SectionKind::Profile).filter_map(read).collect()
}
