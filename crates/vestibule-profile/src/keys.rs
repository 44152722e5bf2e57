//! Static keys of a profile.

use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken};

use crate::error::{Error, ErrorKind};
use crate::{Note, Origin, Profile, Setting, Sourced};

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";
/// The name of the session token in old files. The AWS CLI reads it, and prefers it.
const LEGACY_TOKEN: &str = "aws_security_token";

/// A key pair in the files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keys {
    /// `aws_access_key_id`.
    pub access_key_id: Sourced<String>,
    /// `aws_secret_access_key`.
    pub secret_access_key: Sourced<SecretAccessKey>,
    /// `aws_session_token`, or its old name `aws_security_token`.
    pub session_token: Option<Sourced<SessionToken>>,
    /// `aws_account_id`.
    pub account_id: Option<Sourced<AccountId>>,
}

impl Keys {
    pub(crate) const KEYS: &[&str] = &[ID, SECRET, TOKEN, LEGACY_TOKEN];

    /// Returns the keys without their origins.
    pub fn credentials(&self) -> Credentials {
        let id = self.access_key_id.value.clone();
        Credentials::new(id, self.secret_access_key.value.clone())
            .with_session_token(self.session_token.as_ref().map(|token| token.value.clone()))
            .with_account_id(self.account_id.as_ref().map(|account| account.value.clone()))
    }

    /// Returns the note of a temporary access key id without a session token.
    pub(crate) fn note(&self) -> Option<Note> {
        let is_temporary = self.access_key_id.value.starts_with("ASIA");
        (is_temporary && self.session_token.is_none())
            .then(|| Note::MissingSessionToken { origin: self.access_key_id.origin.clone() })
    }

    /// Returns the keys of a profile, if it has both parts of the pair.
    pub(crate) fn complete(profile: &Profile<'_>) -> Result<Option<Self>, Error> {
        match (profile.get(ID), profile.get(SECRET)) {
            (Some(id), Some(secret)) => Self::new(profile, id, secret).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the keys of a profile that has at least one of [`Self::KEYS`].
    pub(crate) fn read(profile: &Profile<'_>, first: &Setting<'_>) -> Result<Self, Error> {
        let missing = |missing| {
            let given = [ID, SECRET].into_iter().find(|key| profile.get(key).is_some());
            let given = given.unwrap_or(TOKEN);
            let profile = profile.name().into_owned();
            ErrorKind::IncompleteKeys { profile, given, missing, origin: first.origin().clone() }
        };
        let id = profile.get(ID).ok_or_else(|| missing(ID))?;
        let secret = profile.get(SECRET).ok_or_else(|| missing(SECRET))?;
        Self::new(profile, id, secret)
    }

    fn new(profile: &Profile<'_>, id: Setting<'_>, secret: Setting<'_>) -> Result<Self, Error> {
        let token = profile.get(LEGACY_TOKEN).or_else(|| profile.get(TOKEN));
        [Some(&id), Some(&secret), token.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(Setting::check_visible)?;
        for (other, setting) in [(SECRET, Some(&secret)), (TOKEN, token.as_ref())] {
            match setting {
                Some(setting) if !same_file(id.origin(), setting.origin()) => {
                    let profile = profile.name().into_owned();
                    let (origin, other_origin) = (id.origin().clone(), setting.origin().clone());
                    return Err(ErrorKind::KeysInTwoFiles {
                        profile,
                        key: ID,
                        origin,
                        other,
                        other_origin,
                    }
                    .into());
                }
                _ => {}
            }
        }
        Ok(Self {
            access_key_id: id.owned(),
            secret_access_key: secret.owned().map(SecretAccessKey::new),
            session_token: token.map(|token| token.owned().map(SessionToken::new)),
            account_id: account_id(profile)?,
        })
    }
}

/// Returns the account of a profile's static keys, or of its `credential_process`.
pub(crate) fn account_id(profile: &Profile<'_>) -> Result<Option<Sourced<AccountId>>, Error> {
    profile.get("aws_account_id").map(Setting::name).transpose()
}

fn same_file(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::File(one), Origin::File(other)) => one.location() == other.location(),
        _ => false,
    }
}
