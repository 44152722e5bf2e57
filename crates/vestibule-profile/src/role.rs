//! A role that a profile assumes.

use std::time::Duration;

use vestibule_types::RoleArn;

use crate::error::{Error, ErrorKind};
use crate::{Profile, Setting, Sourced};

/// One role on the way from the base to the profile, and how to request it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Role {
    /// The profile that asks for it; empty for [`Role::new`].
    pub profile: String,
    /// `role_arn`.
    pub arn: Sourced<RoleArn>,
    /// `role_session_name`.
    pub session_name: Option<Sourced<String>>,
    /// `external_id`.
    pub external_id: Option<Sourced<String>>,
    /// `mfa_serial`: the device whose codes are needed.
    pub mfa_serial: Option<Sourced<String>>,
    /// `duration_seconds`: how long the credentials shall last.
    ///
    /// Unchecked: the service allows 900 s to what the role allows, and 3600 s for a role that is
    /// assumed with the credentials of a role.
    pub duration: Option<Sourced<Duration>>,
}

/// Whose credentials a role is assumed with.
pub(crate) enum Source<'a> {
    /// Those the same profile has.
    Own,
    /// Those of another profile.
    Profile(Setting<'a>),
}

impl Role {
    /// A role that no file names.
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

    /// The role of a profile, if it has one to assume. A web identity's role is none: nobody's
    /// credentials are needed for it.
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
            session_name: owned("role_session_name"),
            external_id: owned("external_id"),
            mfa_serial: owned("mfa_serial"),
            duration,
        };
        Ok(Some((role, source)))
    }
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
            Err(ErrorKind::MissingSource { profile: name(), at: arn.origin().clone() }.into())
        }
        (Some(source), None) if source.text() != profile.name() => Ok(Source::Profile(source)),
        _ => Ok(Source::Own),
    }
}
