//! The role of a profile.

use std::time::Duration;

use vestibule_types::{RoleArn, RoleSessionName};

use crate::error::{Error, ErrorKind};
use crate::{Profile, Setting, Sourced};

/// A role to assume, with the parameters of the request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Role {
    /// The profile that has the role; empty for [`Role::new`].
    pub profile: String,
    /// `role_arn`.
    pub arn: Sourced<RoleArn>,
    /// `role_session_name`.
    pub session_name: Option<Sourced<RoleSessionName>>,
    /// `external_id`.
    pub external_id: Option<Sourced<String>>,
    /// `mfa_serial`: the MFA device whose codes are needed.
    pub mfa_serial: Option<Sourced<String>>,
    /// `duration_seconds`: the lifetime of the credentials.
    ///
    /// The service checks it: it allows 900 s up to the maximum of the role, and 3600 s for a role that
    /// is assumed with the credentials of a role.
    pub duration: Option<Sourced<Duration>>,
}

/// The source of the credentials with which a role is assumed.
pub(crate) enum Source<'a> {
    /// The profile itself.
    Own,
    /// Another profile.
    Profile(Setting<'a>),
}

impl Role {
    /// Creates a role that is not in a file.
    pub fn new(arn: RoleArn) -> Self {
        Self {
            profile: String::new(),
            arn: Sourced::argument(arn, "Role::new"),
            session_name: None,
            external_id: None,
            mfa_serial: None,
            duration: None,
        }
    }

    /// Returns the role of a profile and its source. `None` for the role of a web identity, which needs no
    /// credentials.
    pub(crate) fn read<'a>(profile: &Profile<'a>) -> Result<Option<(Self, Source<'a>)>, Error> {
        let (Some(arn), None) = (profile.get("role_arn"), profile.get("web_identity_token_file"))
        else {
            return Ok(None);
        };
        let source = source(profile, &arn)?;
        let owned = |key| profile.get(key).map(Setting::owned);
        let duration = profile.get("duration_seconds").map(Setting::seconds).transpose()?;
        let role = Self {
            profile: profile.name().into_owned(),
            arn: arn.name()?,
            session_name: session_name(profile)?,
            external_id: owned("external_id"),
            mfa_serial: owned("mfa_serial"),
            duration,
        };
        Ok(Some((role, source)))
    }
}

/// Returns the role session name of a profile.
pub(crate) fn session_name(
    profile: &Profile<'_>,
) -> Result<Option<Sourced<RoleSessionName>>, Error> {
    profile.get("role_session_name").map(Setting::name).transpose()
}

fn source<'a>(profile: &Profile<'a>, arn: &Setting<'_>) -> Result<Source<'a>, Error> {
    let name = || profile.name().into_owned();
    match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(source), Some(named)) => Err(ErrorKind::ConflictingSources {
            profile: name(),
            source_profile: source.origin().clone(),
            credential_source: named.origin().clone(),
        }
        .into()),
        (None, None) => {
            Err(ErrorKind::MissingSource { profile: name(), origin: arn.origin().clone() }.into())
        }
        (Some(source), None) if source.text() != profile.name() => Ok(Source::Profile(source)),
        _ => Ok(Source::Own),
    }
}
