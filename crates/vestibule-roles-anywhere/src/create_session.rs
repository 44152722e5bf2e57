//! `CreateSession`: credentials of a role, for the holder of a certificate.
//!
//! <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html>
//! (read 2026-11)

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{Credentials, SecretAccessKey, SessionToken, Timestamp};
use vestibule_wire::{
    Endpoint, EndpointError, EndpointParams, MalformedResponse, Operation, Request, RequestError,
    Response, ResponseError, rest_json,
};

use crate::{Identity, Options};

/// The service name in signatures.
pub const SERVICE: &str = "rolesanywhere";

/// Returns the endpoint of Roles Anywhere, and the region to sign for.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude, or a missing region.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    Endpoint::regional(params, SERVICE, "rolesanywhere-fips")
}

/// The operation that returns the credentials of a role for the holder of a certificate.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct CreateSession<'a> {
    /// The trust anchor, the profile, the role and the duration.
    pub options: &'a Options,
    /// The certificate, which the request contains.
    pub identity: &'a Identity,
}

impl Operation for CreateSession<'_> {
    type Output = Credentials;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            duration_seconds: u32,
            #[serde(skip_serializing_if = "Option::is_none")]
            role_session_name: Option<&'a str>,
        }

        let Options { trust_anchor_arn, profile_arn, role_arn, .. } = self.options;
        let mut request = endpoint
            .post("/sessions")
            .query("profileArn", profile_arn)
            .query("roleArn", role_arn)
            .query("trustAnchorArn", trust_anchor_arn)
            .header("x-amz-x509", &self.identity.certificate());
        let chain = self.identity.chain();
        if !chain.is_empty() {
            request = request.header("x-amz-x509-chain", &chain);
        }
        let body = Body {
            duration_seconds: self.options.duration_seconds,
            role_session_name: self.options.role_session_name.as_deref(),
        };
        request.json(&body).finish()
    }

    fn read(&self, response: &Response) -> Result<Credentials, ResponseError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            credential_set: Vec<Item>,
        }

        #[derive(Deserialize)]
        struct Item {
            credentials: Issued,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Issued {
            access_key_id: HeaderSafe<String>,
            secret_access_key: HeaderSafe<SecretAccessKey>,
            session_token: HeaderSafe<SessionToken>,
            expiration: Timestamp,
        }

        let expected = "the credentials of a role";
        let body: Body = rest_json::read(response, expected)?;
        let malformed = || MalformedResponse::new(response.status(), expected);
        let first = body.credential_set.into_iter().next();
        let Item { credentials } = first.ok_or_else(|| ResponseError::Malformed(malformed()))?;
        let account = self.options.role_arn.split(':').nth(4).unwrap_or_default();
        Ok(Credentials::new(credentials.access_key_id.0, credentials.secret_access_key.0)
            .with_session_token(credentials.session_token.0)
            .with_expires_at(credentials.expiration)
            .with_account_id(vestibule_types::AccountId::new(account).ok()))
    }
}
