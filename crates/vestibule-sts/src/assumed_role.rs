use vestibule_types::{Credentials, RoleArn, SecretAccessKey, SessionToken};

use crate::Error;
use crate::query::Answer;

/// A session of a role.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AssumedRole {
    /// Its keys, with their expiry, and the account as the ARN has it.
    pub credentials: Credentials,
    /// Its ARN, which ends in the names of the role and of the session.
    pub arn: String,
}

impl AssumedRole {
    pub(crate) fn read(answer: &Answer<'_>) -> Result<Self, Error> {
        let arn = answer.require("AssumedRoleUser/Arn", |arn| RoleArn::new(arn).ok())?;
        let credentials = credentials(answer)?.with_account_id(arn.account_id());
        Ok(Self { credentials, arn: arn.to_string() })
    }
}

/// The keys in an answer.
pub(crate) fn credentials(answer: &Answer<'_>) -> Result<Credentials, Error> {
    let id = answer.require("Credentials/AccessKeyId", |id| Some(id.to_owned()))?;
    let key =
        answer.require("Credentials/SecretAccessKey", |key| Some(SecretAccessKey::new(key)))?;
    let token =
        answer.require("Credentials/SessionToken", |token| Some(SessionToken::new(token)))?;
    let expires = answer.require("Credentials/Expiration", |expires| expires.parse().ok())?;
    Ok(Credentials::new(id, key).with_session_token(token).with_expiry(Some(expires)))
}
