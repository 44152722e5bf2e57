//! Sign-ins to IAM Identity Center, as configured.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (read 2026-11)

use vestibule_config::SectionKind;
use vestibule_types::{AccountId, Region, RoleName, SessionName, SsoSession, StartUrl};

use crate::base::Base;
use crate::error::{Error, ErrorKind};
use crate::profile::LocatedSection;
use crate::undefined::Reference;
use crate::{Files, Origin, Profile, Setting, Sourced};

const SESSION: &str = "sso_session";
const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const SCOPES: &str = "sso_registration_scopes";
const ACCOUNT_ID: &str = "sso_account_id";
const ROLE_NAME: &str = "sso_role_name";

/// A sign-in, and where each part of it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfiguredSession {
    /// The name of the `[sso-session]`, and what named it; `None` for the older style, with all of
    /// it in the profile.
    pub name: Option<Sourced<SessionName>>,
    /// `sso_start_url`.
    pub start_url: Sourced<StartUrl>,
    /// `sso_region`: that of the Identity Center instance.
    pub region: Sourced<Region>,
    /// `sso_registration_scopes`, split at the commas.
    pub scopes: Option<Sourced<Vec<String>>>,
}

impl ConfiguredSession {
    /// The session without its origins.
    pub fn session(&self) -> SsoSession {
        let (start_url, region) = (self.start_url.value.clone(), self.region.value.clone());
        let session = match &self.name {
            Some(name) => SsoSession::named(name.value.clone(), start_url, region),
            None => SsoSession::legacy(start_url, region),
        };
        match &self.scopes {
            Some(scopes) => session.with_scopes(scopes.value.clone()),
            None => session,
        }
    }
}

/// A role to get from the access portal after a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoRole {
    /// The sign-in.
    pub session: ConfiguredSession,
    /// `sso_account_id`.
    pub account_id: Sourced<AccountId>,
    /// `sso_role_name`.
    pub role_name: Sourced<RoleName>,
}

/// The keys that make a profile one that signs in.
pub(crate) const KEYS: &[&str] = &[SESSION, START_URL, REGION, ACCOUNT_ID, ROLE_NAME];

/// The `[sso-session]` of a name that the caller gives: `--sso-session corp` needs no profile.
///
/// # Errors
/// There is no such section, or it is incomplete or unreadable.
pub fn sso_session(files: &Files, name: &Sourced<String>) -> Result<ConfiguredSession, Error> {
    files.check_readable()?;
    match Setting::new(SESSION, name.value.as_str(), name.origin.clone()) {
        Some(name) => named(files, name, None),
        None => Err(files.undefined(Reference::Session { by: None }, name.clone())),
    }
}

/// What a profile with at least one of the [`KEYS`] gives: credentials, or a token alone.
pub(crate) fn base(files: &Files, profile: &Profile<'_>) -> Result<Base, Error> {
    let half = |given: &Setting<'_>, key, missing| {
        let (profile, at) = (profile.name().into_owned(), given.origin().clone());
        Error::from(ErrorKind::IncompleteRole { profile, given: key, missing, at })
    };
    match (profile.get(ACCOUNT_ID), profile.get(ROLE_NAME)) {
        (Some(account_id), Some(role_name)) => Ok(Base::Sso(SsoRole {
            session: session_of(files, profile)?,
            account_id: account_id.name()?,
            role_name: role_name.name()?,
        })),
        (Some(account_id), None) => Err(half(&account_id, ACCOUNT_ID, ROLE_NAME)),
        (None, Some(role_name)) => Err(half(&role_name, ROLE_NAME, ACCOUNT_ID)),
        (None, None) => session_of(files, profile).map(Base::SsoToken),
    }
}

/// The session of a profile that has keys of a sign-in.
pub(crate) fn session_of(files: &Files, profile: &Profile<'_>) -> Result<ConfiguredSession, Error> {
    match profile.get(SESSION) {
        Some(name) => named(files, name, Some(profile)),
        None => legacy(profile),
    }
}

/// Whether a profile says by itself where to sign in.
pub(crate) fn has_session(profile: &Profile<'_>) -> bool {
    [SESSION, START_URL].iter().any(|key| profile.get(key).is_some())
}

fn named(
    files: &Files,
    name: Setting<'_>,
    profile: Option<&Profile<'_>>,
) -> Result<ConfiguredSession, Error> {
    let Some(section) = files.section(SectionKind::SsoSession, name.text()) else {
        let by = profile.map(|profile| profile.name().into_owned());
        return Err(files.undefined(Reference::Session { by }, name.owned()));
    };
    section.strict()?;
    if let Some(profile) = profile {
        [START_URL, REGION, SCOPES].into_iter().try_for_each(|key| agree(key, profile, section))?;
    }
    let holder = format!("sso-session `{}`", name.text());
    let (start_url, region) =
        both(section.get(START_URL), section.get(REGION), holder, || section.origin())?;
    let scopes = section.get(SCOPES).map(|scopes| scopes.owned().map(|text| split(&text)));
    Ok(ConfiguredSession { name: Some(name.name()?), start_url, region, scopes })
}

fn legacy(profile: &Profile<'_>) -> Result<ConfiguredSession, Error> {
    let holder = format!("profile `{}`", profile.name());
    let first = || KEYS.iter().find_map(|key| profile.get(key));
    let at = || first().map_or_else(|| profile.origin(), |first| first.origin().clone());
    let (start_url, region) = both(profile.get(START_URL), profile.get(REGION), holder, at)?;
    Ok(ConfiguredSession { name: None, start_url, region, scopes: None })
}

fn both(
    start_url: Option<Setting<'_>>,
    region: Option<Setting<'_>>,
    holder: String,
    at: impl FnOnce() -> Origin,
) -> Result<(Sourced<StartUrl>, Sourced<Region>), Error> {
    let missing = match (start_url, region) {
        (Some(start_url), Some(region)) => return Ok((start_url.name()?, region.name()?)),
        (Some(_), None) => vec![REGION],
        (None, Some(_)) => vec![START_URL],
        (None, None) => vec![REGION, START_URL],
    };
    Err(ErrorKind::IncompleteSession { holder, missing, at: at() }.into())
}

/// A profile may repeat what its session says; the AWS CLI accepts that, the SDK for Rust does not.
fn agree(
    key: &'static str,
    profile: &Profile<'_>,
    section: LocatedSection<'_>,
) -> Result<(), Error> {
    let Some(in_profile) = profile.get(key) else { return Ok(()) };
    let name = profile.name().into_owned();
    match section.get(key) {
        Some(in_session) if in_session.text() == in_profile.text() => Ok(()),
        Some(in_session) => Err(ErrorKind::Conflict {
            key,
            profile: name,
            in_profile: in_profile.truncated(),
            session: section.section().name().into_owned(),
            in_session: in_session.truncated(),
        }
        .into()),
        None if key == SCOPES => Ok(()),
        None => {
            let at = in_profile.origin().clone();
            Err(ErrorKind::NotInSession { profile: name, key, at }.into())
        }
    }
}

fn split(scopes: &str) -> Vec<String> {
    let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
    scopes.map(str::to_owned).collect()
}
