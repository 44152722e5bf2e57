//! SSO sessions and roles of IAM Identity Center.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (read 2026-11)

use vestibule_config::SectionKind;
use vestibule_types::{AccountId, Region, RoleName, SessionName, SsoSession, StartUrl};

use crate::base::Base;
use crate::error::{Error, ErrorKind};
use crate::known_keys::misspelled;
use crate::profile::LocatedSection;
use crate::region::{self, ParsedRegion};
use crate::undefined::Reference;
use crate::{Files, Note, Profile, RoleOverride, Setting, Sourced};

const SESSION: &str = "sso_session";
const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const SCOPES: &str = "sso_registration_scopes";
const ACCOUNT_ID: &str = "sso_account_id";
const ROLE_NAME: &str = "sso_role_name";

/// An SSO session, each part with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfiguredSession {
    /// The name of the `[sso-session]`. `None` for the older style, where the profile has all keys.
    pub name: Option<Sourced<SessionName>>,
    /// `sso_start_url`.
    pub start_url: Sourced<StartUrl>,
    /// `sso_region`: the region of the Identity Center instance.
    pub region: Sourced<Region>,
    /// Whether `sso_region` is a pseudo region such as `fips-us-gov-west-1`, so that sign-in calls FIPS
    /// endpoints.
    pub use_fips: bool,
    /// Whether the start URL has a dual-stack host name, so that sign-in calls dual-stack endpoints.
    pub use_dual_stack: bool,
    /// The region as written, if it is not read as written.
    written_region: Option<Sourced<String>>,
    /// `sso_registration_scopes`, split at the commas.
    pub scopes: Option<Sourced<Vec<String>>>,
}

impl ConfiguredSession {
    /// Creates a configured session of the caller, with the caller's name of the argument.
    fn from_argument(session: &SsoSession, by: &'static str) -> Self {
        let scopes = Some(&session.scopes).filter(|scopes| !scopes.is_empty());
        Self {
            name: session.name.clone().map(|name| Sourced::argument(name, by)),
            start_url: Sourced::argument(session.start_url.clone(), by),
            region: Sourced::argument(session.region.clone(), by),
            use_fips: false,
            use_dual_stack: is_dual_stack(&session.start_url),
            written_region: None,
            scopes: scopes.map(|scopes| Sourced::argument(scopes.clone(), by)),
        }
    }

    /// Returns the notes about its settings.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let region = self.written_region.clone().map(|written| Note::Region {
            key: REGION,
            written,
            region: self.region.value.clone(),
            fips: self.use_fips,
        });
        let start_url = self
            .use_dual_stack
            .then(|| Note::DualStackStartUrl { origin: self.start_url.origin.clone() });
        region.into_iter().chain(start_url).collect()
    }

    /// Returns the session without its origins.
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

/// A role whose credentials the access portal returns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoRole {
    /// The SSO session.
    pub session: ConfiguredSession,
    /// `sso_account_id`.
    pub account_id: Sourced<AccountId>,
    /// `sso_role_name`.
    pub role_name: Sourced<RoleName>,
}

impl SsoRole {
    /// Creates a role of the caller; `by` is the caller's name of the arguments, for errors.
    #[inline]
    pub fn from_arguments(
        session: &SsoSession,
        account_id: AccountId,
        role_name: RoleName,
        by: &'static str,
    ) -> Self {
        Self {
            session: ConfiguredSession::from_argument(session, by),
            account_id: Sourced::argument(account_id, by),
            role_name: Sourced::argument(role_name, by),
        }
    }
}

/// The keys of which one makes a profile use SSO.
pub(crate) const KEYS: &[&str] = &[SESSION, START_URL, REGION, ACCOUNT_ID, ROLE_NAME];

/// Returns the `[sso-session]` of a name, without a profile: for `--sso-session corp`.
///
/// # Errors
/// Returns an [`Error`] if there is no such section, or if it is incomplete or cannot be read.
pub fn sso_session(files: &Files, name: &Sourced<String>) -> Result<ConfiguredSession, Error> {
    files.check_readable()?;
    match Setting::new(SESSION, name.value.as_str(), name.origin.clone()) {
        Some(name) => named(files, name, None),
        None => Err(files.undefined(Reference::Session { by: None }, name.clone())),
    }
}

/// Returns the role that a caller names without a profile.
pub(crate) fn role_override(files: &Files, role: &RoleOverride) -> Result<SsoRole, Error> {
    Ok(SsoRole {
        session: sso_session(files, &role.session)?,
        account_id: role.account_id.clone(),
        role_name: role.role_name.clone(),
    })
}

/// Returns the base of a profile with at least one of the [`KEYS`]: role credentials, or a token only.
pub(crate) fn base(files: &Files, profile: &Profile<'_>) -> Result<Base, Error> {
    let incomplete = |given: &Setting<'_>, key, missing| {
        let (profile, origin) = (profile.name().into_owned(), given.origin().clone());
        Error::from(ErrorKind::IncompleteRole { profile, given: key, missing, origin })
    };
    match (profile.get(ACCOUNT_ID), profile.get(ROLE_NAME)) {
        (Some(account_id), Some(role_name)) => Ok(Base::Sso(SsoRole {
            session: session_of(files, profile)?,
            account_id: check_account_id(account_id)?,
            role_name: role_name.name()?,
        })),
        (Some(account_id), None) => Err(incomplete(&account_id, ACCOUNT_ID, ROLE_NAME)),
        (None, Some(role_name)) => Err(incomplete(&role_name, ROLE_NAME, ACCOUNT_ID)),
        (None, None) => session_of(files, profile).map(Base::SsoToken),
    }
}

/// Returns the session of a profile that has at least one of the [`KEYS`].
pub(crate) fn session_of(files: &Files, profile: &Profile<'_>) -> Result<ConfiguredSession, Error> {
    match profile.get(SESSION) {
        Some(name) => named(files, name, Some(profile)),
        None => legacy(profile),
    }
}

/// Returns true if a profile itself has a session or a start URL.
#[inline]
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
        [START_URL, REGION, SCOPES]
            .into_iter()
            .try_for_each(|key| check_agreement(key, profile, section))?;
    }
    let incomplete = |missing| ErrorKind::IncompleteSession {
        holder: format!("sso-session `{}`", name.text()),
        missing,
        origin: section.origin(),
    };
    let (start_url, region) = require_both(section.get(START_URL), section.get(REGION), incomplete)
        .map_err(|error| {
            error.with_misspelled_key(misspelled(SectionKind::SsoSession, section.settings()))
        })?;
    let scopes = section.get(SCOPES).map(|scopes| scopes.owned().map(|text| split(&text)));
    ConfiguredSession::new(Some(name.name()?), start_url, region, scopes)
}

fn legacy(profile: &Profile<'_>) -> Result<ConfiguredSession, Error> {
    let first = || KEYS.iter().find_map(|key| profile.get(key));
    let incomplete = |missing| ErrorKind::IncompleteSession {
        holder: format!("profile `{}`", profile.name()),
        missing,
        origin: first().map_or_else(|| profile.origin(), |first| first.origin().clone()),
    };
    let (start_url, region) = require_both(profile.get(START_URL), profile.get(REGION), incomplete)
        .map_err(|error| {
            error.with_misspelled_key(misspelled(SectionKind::Profile, profile.settings()))
        })?;
    ConfiguredSession::new(None, start_url, region, None)
}

impl ConfiguredSession {
    fn new(
        name: Option<Sourced<SessionName>>,
        start_url: Setting<'_>,
        region: Setting<'_>,
        scopes: Option<Sourced<Vec<String>>>,
    ) -> Result<Self, Error> {
        let start_url = start_url.name()?;
        let ParsedRegion { region, fips, note } = region::parse(REGION, region)?;
        let written_region = match note {
            Some(Note::Region { written, .. }) => Some(written),
            _ => None,
        };
        let use_dual_stack = is_dual_stack(&start_url.value);
        Ok(Self { name, start_url, region, use_fips: fips, use_dual_stack, written_region, scopes })
    }
}

fn require_both<'a>(
    start_url: Option<Setting<'a>>,
    region: Option<Setting<'a>>,
    incomplete: impl FnOnce(Vec<&'static str>) -> ErrorKind,
) -> Result<(Setting<'a>, Setting<'a>), Error> {
    let missing = match (start_url, region) {
        (Some(start_url), Some(region)) => return Ok((start_url, region)),
        (Some(_), None) => vec![REGION],
        (None, Some(_)) => vec![START_URL],
        (None, None) => vec![REGION, START_URL],
    };
    Err(incomplete(missing).into())
}

/// Returns true for `https://ssoins-….portal.REGION.app.aws`, and its equivalents in other partitions.
pub fn is_dual_stack(start_url: &StartUrl) -> bool {
    let host = start_url.host().to_ascii_lowercase();
    let labels: Vec<_> = host.split('.').collect();
    matches!(*labels, [_, "portal", _, "app" | "api", _, ..])
}

/// Parses the account id of a role. The response to a mistyped one would be an unspecific 403.
///
/// Much shorter numbers are placeholders, as in AWS's own examples and tests; the portal, or a mock of
/// it, decides about them.
fn check_account_id(setting: Setting<'_>) -> Result<Sourced<AccountId>, Error> {
    const MAX_PLACEHOLDER: usize = 9;
    let error = setting.invalid("an account id", "twelve digits, without dashes");
    let id: Sourced<AccountId> = setting.name()?;
    let text = id.value.as_str();
    let is_placeholder =
        text.len() <= MAX_PLACEHOLDER && text.bytes().all(|byte| byte.is_ascii_digit());
    if id.value.is_twelve_digits() || is_placeholder { Ok(id) } else { Err(error) }
}

/// Checks that a profile does not contradict its session. It may repeat the values, which the AWS CLI accepts
/// and the SDK for Rust does not.
fn check_agreement(
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
            let origin = in_profile.origin().clone();
            Err(ErrorKind::NotInSession { profile: name, key, origin }.into())
        }
    }
}

fn split(scopes: &str) -> Vec<String> {
    let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
    scopes.map(str::to_owned).collect()
}
