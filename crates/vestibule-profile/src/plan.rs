//! The decision.

use vestibule_config::SectionKind;
use vestibule_types::{AccountId, Region, RoleName, SsoSession, Vars};

use crate::base::{Base, NotConfigured};
use crate::error::Error;
use crate::profile::LocatedSection;
use crate::resolve::{Resolved, resolve};
use crate::{
    ConfiguredSession, Files, Note, Origin, Overrides, Profile, Role, Settings, Sourced, SsoRole,
    select_profile, sso,
};

/// What the files and the environment say about one profile, decided, with an origin for each value.
///
/// `Display` is a table of what was decided and where that stands; it shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The profile, and who named it.
    pub profile: Sourced<String>,
    /// Where its credentials begin.
    pub base: Base,
    /// The profile that holds the base: the chosen one, or the last along `source_profile`.
    pub base_profile: String,
    /// The roles to assume, in order: the first with the credentials of the base.
    pub roles: Vec<Role>,
    /// Everything that is not credentials.
    pub settings: Settings,
    /// What was passed over.
    pub notes: Vec<Note>,
}

impl Plan {
    /// Creates the plan of a role that the caller names, reached through an SSO session; `by` is the
    /// caller's name for the arguments, for errors.
    pub fn for_sso_role(
        profile: &str,
        session: &SsoSession,
        account_id: AccountId,
        role_name: RoleName,
        settings: Settings,
        by: &'static str,
    ) -> Self {
        let session = ConfiguredSession {
            name: session.name.clone().map(|name| Sourced::argument(name, by)),
            start_url: Sourced::argument(session.start_url.clone(), by),
            region: Sourced::argument(session.region.clone(), by),
            scopes: Some(&session.scopes)
                .filter(|scopes| !scopes.is_empty())
                .map(|scopes| Sourced::argument(scopes.clone(), by)),
        };
        let (account_id, role_name) =
            (Sourced::argument(account_id, by), Sourced::argument(role_name, by));
        Self {
            profile: Sourced::argument(profile.to_owned(), by),
            base: Base::Sso(SsoRole { session, account_id, role_name }),
            base_profile: profile.to_owned(),
            roles: Vec::new(),
            settings,
            notes: Vec::new(),
        }
    }

    /// The region to work in, as far as files and environment know.
    pub fn region(&self) -> Option<&Region> {
        self.settings.region.as_ref().map(|region| &region.value)
    }

    /// The sign-in to IAM Identity Center that the credentials need.
    pub fn session(&self) -> Option<&ConfiguredSession> {
        self.base.session()
    }
}

/// Decides where the credentials of the chosen profile come from, and everything that goes with it.
///
/// A profile is followed in this order, which is that of the SDK for Rust (suite `assume-role`):
///
/// 1. `role_arn` without `web_identity_token_file` is a role to assume; exactly one of
///    `source_profile` and `credential_source` says with whose credentials. A `source_profile`
///    that is the profile itself means what follows here; another one is followed in turn, unless
///    it has keys of its own: then those are used.
/// 2. `credential_source`; `web_identity_token_file`; any of the `sso_*` keys; `login_session`;
///    `credential_process`; keys. The first that is there counts, the others become
///    [notes](Note::Overridden).
///
/// It looks at the profile, its sources, its session and its services, at nothing else: what is
/// wrong elsewhere in the files is [for a linter](Files::findings).
///
/// # Errors
/// Something about them that somebody has to correct. A profile without credentials is none:
/// its base is [`Base::NotConfigured`].
pub fn plan(files: &Files, vars: &Vars, overrides: &Overrides) -> Result<Plan, Error> {
    let choice = select_profile(vars, overrides);
    let chosen = files.chosen(&choice)?;
    let settings = Settings::resolve(files, vars, overrides, chosen)?;
    let Some(chosen) = chosen else {
        return Ok(Plan {
            base: Base::NotConfigured(NotConfigured::NoProfile {
                searched: files.locations(),
                malformed_header: files.first_syntax_error(),
            }),
            base_profile: choice.value.clone(),
            roles: Vec::new(),
            notes: environment(vars, &choice).into_iter().collect(),
            profile: choice,
            settings,
        });
    };
    let Resolved { base, roles, path, mut notes } = resolve(files, chosen)?;
    if let Some(overridden) = environment(vars, &choice) {
        notes.insert(0, overridden);
    }
    notes.extend(findings(files, &path, &base));
    Ok(Plan {
        base_profile: path.last().unwrap_or(&chosen).name().into_owned(),
        notes,
        profile: choice,
        base,
        roles,
        settings,
    })
}

/// The session that a sign-in for the chosen profile is about; `None` if there is nothing to sign
/// in to.
///
/// That is the profile's own, even where its credentials come from elsewhere, and whether or not it
/// names an account and a role; else that of its plan.
///
/// # Errors
/// As [`plan`], as far as it matters to a sign-in.
pub fn sign_in_session(
    files: &Files,
    vars: &Vars,
    overrides: &Overrides,
) -> Result<Option<ConfiguredSession>, Error> {
    match files.chosen(&select_profile(vars, overrides))? {
        Some(profile) if sso::has_session(&profile) => sso::session_of(files, &profile).map(Some),
        Some(profile) => Ok(resolve(files, profile)?.base.session().cloned()),
        None => Ok(None),
    }
}

/// What deserves a word in the sections that the plan uses.
fn findings(files: &Files, path: &[Profile<'_>], base: &Base) -> Vec<Note> {
    let session = base.session().and_then(|session| session.name.as_ref());
    let session =
        session.and_then(|name| files.section(SectionKind::SsoSession, name.value.as_str()));
    let services = path.first().and_then(|chosen| chosen.get("services"));
    let services = services.and_then(|name| files.section(SectionKind::Services, name.text()));
    let mut parts: Vec<LocatedSection<'_>> = Vec::new();
    for profile in path {
        parts.extend(profile.parts());
    }
    parts.extend(session);
    parts.extend(services);
    let mut notes = Vec::new();
    for part in parts {
        notes.extend(part.findings().map(Note::Finding));
    }
    notes
}

/// Keys in the environment come before a profile, unless the caller named the profile.
fn environment(vars: &Vars, choice: &Sourced<String>) -> Option<Note> {
    let (id, _) = vars.first(&["AWS_ACCESS_KEY_ID"])?;
    vars.first(&["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"])?;
    let keys = ("keys in the environment".to_owned(), Origin::Variable(id.into()));
    let profile = (format!("profile `{}`", choice.value), choice.origin.clone());
    let asked = matches!(choice.origin, Origin::Argument(_));
    let ((what, at), (by, by_at)) = if asked { (keys, profile) } else { (profile, keys) };
    Some(Note::Overridden { what, at, by, by_at })
}
