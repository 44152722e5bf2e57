//! The plan of a profile.

use vestibule_config::SectionKind;
use vestibule_types::{Region, Vars};

use crate::base::{Base, NotConfigured};
use crate::error::Error;
use crate::resolve::resolve;
use crate::{
    ConfiguredSession, Files, Finding, Note, Origin, Overrides, Profile, Role, Settings, Sourced,
    SsoRole, select_profile, sso,
};

/// The credential source of a profile and its settings, each with its origin.
///
/// With the feature `explain`, `Display` is a table of the settings and their origins; it shows no
/// secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The selected profile.
    pub profile: Sourced<String>,
    /// The source of the first credentials.
    pub base: Base,
    /// The profile that has the base: the selected one, or the last along `source_profile`.
    pub base_profile: String,
    /// The roles to assume, in order: the first with the credentials of the base.
    pub roles: Vec<Role>,
    /// The settings other than credentials.
    pub settings: Settings,
    /// Settings and lines without effect.
    pub notes: Vec<Note>,
}

impl Plan {
    /// Creates the plan of a role that the caller names, reached through an SSO session.
    pub fn for_sso_role(profile: Sourced<String>, role: SsoRole, mut settings: Settings) -> Self {
        Self {
            base_profile: profile.value.clone(),
            profile,
            base: Base::Sso(role),
            roles: Vec::new(),
            notes: std::mem::take(&mut settings.notes),
            settings,
        }
    }

    /// Returns the region, if the caller, the environment or the files set one.
    pub fn region(&self) -> Option<&Region> {
        self.settings.region.as_ref().map(|region| &region.value)
    }

    /// Returns the SSO session that the credentials need.
    pub fn session(&self) -> Option<&ConfiguredSession> {
        self.base.session()
    }
}

/// Returns the plan of the selected profile.
///
/// A profile is followed in this order, which is that of the SDK for Rust (suite `assume-role`):
///
/// 1. `role_arn` without `web_identity_token_file` is a role to assume; exactly one of
///    `source_profile` and `credential_source` names the source of the credentials to assume it with.
///    If `source_profile` is the profile itself, step 2 follows. Another profile is followed in turn,
///    unless it has static keys, which are then used.
/// 2. `credential_source`; `web_identity_token_file`; any of the `sso_*` keys; `login_session`;
///    `credential_process`; static keys. The first one is used, the others become
///    [notes](Note::Overridden).
///
/// Only the profile, its source profiles, its SSO session and its services are read. Problems elsewhere
/// in the files are [reported](Files::findings), and no errors here.
///
/// # Errors
/// Returns an [`Error`] if a setting is invalid, contradicts another one, or refers to a section that does
/// not exist. A profile without credentials is not an error: its base is [`Base::NotConfigured`].
pub fn plan(files: &Files, vars: &Vars, overrides: &Overrides) -> Result<Plan, Error> {
    let name = select_profile(vars, overrides);
    let selected = files.selected(&name)?;
    let mut settings = Settings::resolve(files, vars, overrides, selected)?;
    if let Some(role) = &overrides.role {
        let base = sso::role_override(files, role)?;
        settings.region = settings.region.or_else(|| Some(base.session.region.clone()));
        let name = format!("{}/{}", role.account_id.value, role.role_name.value);
        let name = Sourced::new(name, role.role_name.origin.clone());
        return Ok(Plan::for_sso_role(name, base, settings));
    }
    let mut notes = Vec::new();
    notes.extend(environment_note(vars, &name));
    notes.append(&mut settings.notes);
    let Some(profile) = selected else {
        return Ok(Plan {
            base: Base::NotConfigured(NotConfigured::NoProfile {
                searched: files.locations(),
                malformed_header: files.first_syntax_error(),
            }),
            base_profile: name.value.clone(),
            roles: Vec::new(),
            notes,
            profile: name,
            settings,
        });
    };
    let mut resolved = resolve(files, profile)?;
    notes.append(&mut resolved.notes);
    notes.extend(resolved.base.notes());
    for finding in findings(files, &resolved.path, &resolved.base) {
        notes.push(Note::Finding(finding));
    }
    Ok(Plan {
        base_profile: resolved.path.last().unwrap_or(&profile).name().into_owned(),
        notes,
        profile: name,
        base: resolved.base,
        roles: resolved.roles,
        settings,
    })
}

/// Returns the SSO session that a sign-in for the selected profile is for. `None` if the profile does not
/// use SSO.
///
/// It is the session of the profile itself, even if its credentials come from another source and
/// whether or not it names an account and a role; otherwise the session of its plan.
///
/// # Errors
/// As [`plan`], for the settings that a sign-in needs.
#[inline]
pub fn sign_in_session(
    files: &Files,
    vars: &Vars,
    overrides: &Overrides,
) -> Result<Option<ConfiguredSession>, Error> {
    if let Some(role) = &overrides.role {
        return sso::sso_session(files, &role.session).map(Some);
    }
    match files.selected(&select_profile(vars, overrides))? {
        Some(profile) if sso::has_session(&profile) => sso::session_of(files, &profile).map(Some),
        Some(profile) => Ok(resolve(files, profile)?.base.session().cloned()),
        None => Ok(None),
    }
}

/// Returns the problems in the sections that the plan uses.
fn findings(files: &Files, path: &[Profile<'_>], base: &Base) -> Vec<Finding> {
    let session = base.session().and_then(|session| session.name.as_ref());
    let session =
        session.and_then(|name| files.section(SectionKind::SsoSession, name.value.as_str()));
    let services = path.first().and_then(|selected| selected.get("services"));
    let services = services.and_then(|name| files.section(SectionKind::Services, name.text()));
    let mut findings = Vec::new();
    for profile in path {
        findings.append(&mut profile.findings());
    }
    if let Some(session) = session {
        findings.append(&mut session.findings());
    }
    if let Some(services) = services {
        findings.append(&mut services.findings());
    }
    findings
}

/// Returns a note if the environment has keys: they take precedence over a profile, unless the caller
/// named it.
fn environment_note(vars: &Vars, choice: &Sourced<String>) -> Option<Note> {
    let (id, _) = vars.first(&["AWS_ACCESS_KEY_ID"])?;
    vars.first(&["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"])?;
    let keys = ("keys in the environment".to_owned(), Origin::Variable(id.into()));
    let profile = (format!("profile `{}`", choice.value), choice.origin.clone());
    let is_argument = matches!(choice.origin, Origin::Argument(_));
    let ((item, origin), (by, by_origin)) =
        if is_argument { (keys, profile) } else { (profile, keys) };
    Some(Note::Overridden { item, origin, by, by_origin })
}
