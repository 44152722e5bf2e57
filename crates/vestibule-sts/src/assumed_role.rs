use vestibule_types::{Credentials, RoleArn, SecretAccessKey, SessionToken};

use crate::Error;
use crate::query::QueryResponse;

/// A role session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AssumedRole {
    /// The role credentials, with their expiration, and the account id of the ARN.
    pub credentials: Credentials,
    /// The ARN of the session, which ends with the names of the role and the session.
    pub arn: String,
}

impl AssumedRole {
    pub(crate) fn read(response: &QueryResponse<'_>) -> Result<Self, Error> {
        let arn = response.require("AssumedRoleUser/Arn", |arn| RoleArn::new(arn).ok())?;
        let credentials = credentials(response)?.with_account_id(arn.account_id());
        Ok(Self { credentials, arn: arn.to_string() })
    }
}

/// Reads the `Credentials` of a response.
pub(crate) fn credentials(response: &QueryResponse<'_>) -> Result<Credentials, Error> {
    let id =
        response.require("Credentials/AccessKeyId", |id| header_safe(id).map(str::to_owned))?;
    let key = response
        .require("Credentials/SecretAccessKey", |key| header_safe(key).map(SecretAccessKey::new))?;
    let token = response
        .require("Credentials/SessionToken", |token| header_safe(token).map(SessionToken::new))?;
    let expires = response.require("Credentials/Expiration", |expires| expires.parse().ok())?;
    Ok(Credentials::new(id, key).with_session_token(token).with_expires_at(Some(expires)))
}

/// Returns a text that HTTP headers and shell variables can carry.
fn header_safe(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_graphic()).then_some(text)
}
