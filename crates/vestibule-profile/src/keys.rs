//! Keys written in a profile.

use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken};

use crate::error::{Error, ErrorKind};
use crate::{Origin, Profile, Setting, Sourced};

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";

/// A key pair as the files have it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keys {
    /// `aws_access_key_id`.
    pub access_key_id: Sourced<String>,
    /// `aws_secret_access_key`.
    pub secret_access_key: Sourced<SecretAccessKey>,
    /// `aws_session_token`.
    pub session_token: Option<Sourced<SessionToken>>,
    /// `aws_account_id`.
    pub account_id: Option<Sourced<AccountId>>,
}

impl Keys {
    pub(crate) const KEYS: &[&str] = &[ID, SECRET, TOKEN];

    /// The keys without their origins.
    pub fn credentials(&self) -> Credentials {
        let id = self.access_key_id.value.clone();
        Credentials::new(id, self.secret_access_key.value.clone())
            .with_session_token(self.session_token.as_ref().map(|token| token.value.clone()))
            .with_account_id(self.account_id.as_ref().map(|account| account.value.clone()))
    }

    /// The keys of a profile, if it has both halves of the pair.
    pub(crate) fn complete(profile: &Profile<'_>) -> Result<Option<Self>, Error> {
        match (profile.get(ID), profile.get(SECRET)) {
            (Some(id), Some(secret)) => Self::new(profile, id, secret).map(Some),
            _ => Ok(None),
        }
    }

    /// The keys of a profile that has at least one of the three.
    pub(crate) fn read(profile: &Profile<'_>, first: &Setting<'_>) -> Result<Self, Error> {
        let missing = |missing| {
            let given = [ID, SECRET].into_iter().find(|key| profile.get(key).is_some());
            let given = given.unwrap_or(TOKEN);
            let profile = profile.name().into_owned();
            ErrorKind::IncompleteKeys { profile, given, missing, at: first.origin().clone() }
        };
        let id = profile.get(ID).ok_or_else(|| missing(ID))?;
        let secret = profile.get(SECRET).ok_or_else(|| missing(SECRET))?;
        Self::new(profile, id, secret)
    }

    fn new(profile: &Profile<'_>, id: Setting<'_>, secret: Setting<'_>) -> Result<Self, Error> {
        let token = profile.get(TOKEN);
        for (other, setting) in [(SECRET, Some(&secret)), (TOKEN, token.as_ref())] {
            match setting {
                Some(setting) if !same_file(id.origin(), setting.origin()) => {
                    let profile = profile.name().into_owned();
                    let (at, other_at) = (id.origin().clone(), setting.origin().clone());
                    return Err(ErrorKind::KeysInTwoFiles {
                        profile,
                        key: ID,
                        at,
                        other,
                        other_at,
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

/// The account that a profile's keys, or those of its `credential_process`, belong to.
pub(crate) fn account_id(profile: &Profile<'_>) -> Result<Option<Sourced<AccountId>>, Error> {
    profile.get("aws_account_id").map(Setting::name).transpose()
}

fn same_file(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::File(one), Origin::File(other)) => one.location() == other.location(),
        _ => false,
    }
}
