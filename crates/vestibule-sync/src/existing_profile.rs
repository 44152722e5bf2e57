//! The profiles of a config file.

use std::borrow::Cow;

use vestibule::config::{Document, Section, SectionKind};
use vestibule::{SessionName, StartUrl};

/// The key that marks a profile as managed by `configure sync`; its value is `true`.
///
/// It is a key and not a comment, so that it moves with its section when a tool sorts or reformats
/// the file; the AWS CLI and the SDKs ignore unknown keys. Users take a profile over by removing the
/// line.
pub const MANAGED_MARKER: &str = "vestibule_sync";

/// The keys of managed profiles that run a program for their credentials: those of SSO would take
/// precedence over it.
pub(crate) const PROCESS_KEYS: [&str; 3] =
    ["vestibule_sync_session", "vestibule_sync_account_id", "vestibule_sync_role_name"];
/// The keys of profiles that use an SSO session.
pub(crate) const SSO_KEYS: [&str; 3] = ["sso_session", "sso_account_id", "sso_role_name"];

pub(crate) const PROCESS: &str = "credential_process";

pub(crate) const MANAGED_VALUE: &str = "true";

/// A profile with the settings that matter for synchronization.
pub(crate) struct ExistingProfile<'a> {
    pub(crate) name: Cow<'a, str>,
    account_id: Cow<'a, str>,
    role: Cow<'a, str>,
    /// Whether it has the managed marker and uses the SSO session that is synchronized.
    pub(crate) is_managed: bool,
    /// Whether it uses the SSO session that is synchronized, by name or by an inline start URL.
    pub(crate) uses_session: bool,
    /// Whether it uses another SSO session.
    pub(crate) uses_other_session: bool,
}

impl ExistingProfile<'_> {
    /// Returns the account id and role name that it selects.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.account_id, &self.role)
    }
}

/// Returns all profiles of a file, in file order.
pub(crate) fn existing_profiles<'a>(
    document: &'a Document,
    session: &SessionName,
    start_url: &StartUrl,
) -> Vec<ExistingProfile<'a>> {
    let read = |name: Cow<'a, str>| {
        let section = document.section(SectionKind::Profile, &name)?;
        let is_process = section.get(PROCESS_KEYS[0]).is_some();
        let [session_key, account_key, role_key] = if is_process { PROCESS_KEYS } else { SSO_KEYS };
        let get = |key| section.get(key).map(|value| value.text());
        let sso_session = get(session_key);
        let uses_session = match &sso_session {
            Some(name) => name.as_ref() == session.as_str(),
            None => get("sso_start_url").is_some_and(|url| url.as_ref() == start_url.as_str()),
        };
        Some(ExistingProfile {
            account_id: get(account_key).unwrap_or_default(),
            role: get(role_key).unwrap_or_default(),
            is_managed: sso_session.is_some() && uses_session && has_marker(section),
            uses_session,
            uses_other_session: sso_session.is_some() && !uses_session,
            name,
        })
    };
    document.names(SectionKind::Profile).filter_map(read).collect()
}

fn has_marker(section: Section<'_>) -> bool {
    section.get(MANAGED_MARKER).is_some_and(|value| value.text() == MANAGED_VALUE)
}

/// Returns whether a managed profile has settings of the user that another one lacks.
pub(crate) fn adds_settings(profile: Section<'_>, other: Section<'_>) -> bool {
    let managed = SSO_KEYS.iter().chain(&PROCESS_KEYS).chain(&[PROCESS, MANAGED_MARKER]);
    let is_managed = |key: &str| managed.clone().any(|managed| managed.eq_ignore_ascii_case(key));
    profile
        .properties()
        .filter(|value| !is_managed(value.key()))
        .any(|value| other.get(value.key()).is_none_or(|other| other.text() != value.text()))
}
