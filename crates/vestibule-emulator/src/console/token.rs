//! `CreateOAuth2Token`, with its two grants.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

use std::time::Duration;

use serde_json::{Value, json};
use vestibule_types::{Region, Timestamp};
use vestibule_wire::Partition;

use super::client::Client;
use super::dpop::PublicKey;
use super::error::{ErrorCode, ErrorResponse, Result};
use crate::context::RequestContext;
use crate::iam::Principal;
use crate::shared::Shared;
use crate::table::Table;

/// The lifetime of credentials.
const CREDENTIALS_DURATION: Duration = Duration::from_secs(900);

/// A refresh token, bound to the key of its proofs. It stays valid until the session expires, even when
/// there are newer ones.
#[derive(Clone)]
struct RefreshToken {
    client: Client,
    session: String,
    key: PublicKey,
    region: Region,
}

/// The refresh tokens, by their text.
#[derive(Default)]
pub(super) struct RefreshTokens(Table<RefreshToken>);

impl RefreshTokens {
    /// Opens a session of a user who approved the client, and issues its tokens.
    ///
    /// Refreshes need proofs by the key that came with the code.
    pub(super) fn sign_in(
        &mut self,
        shared: &mut Shared,
        client: Client,
        user: &str,
        key: PublicKey,
        context: &RequestContext<'_>,
    ) -> Value {
        let region = context.origin.region(&shared.settings.region).clone();
        let session = shared.open_session(user, client.name(), context.now);
        let principal = principal(shared, user);
        let claims = json!({
            "iss": context.origin.base,
            "sub": principal.arn(Partition::for_region(&region).id),
            "aud": client.id(),
            "iat": context.now.unix_seconds(),
            "exp": (context.now + CREDENTIALS_DURATION).unix_seconds(),
        });
        let token = RefreshToken { client, session, key, region };
        let mut tokens = self.issue(shared, principal, token, context.now);
        tokens["idToken"] = shared.tokens.signed_token(&claims).into();
        tokens
    }

    pub(super) fn refresh(
        &mut self,
        shared: &mut Shared,
        client: Client,
        body: &Value,
        key: &PublicKey,
        context: &RequestContext<'_>,
    ) -> Result<Value> {
        let text = body["refreshToken"].as_str();
        let text = text.ok_or_else(|| ErrorResponse::invalid_request("refreshToken is missing"))?;
        let token = self.0.get(text).filter(|token| token.client == client).cloned();
        let unknown = || ErrorResponse::invalid_request("refreshToken is unknown");
        let token = token.ok_or_else(unknown)?;
        if token.key != *key {
            return Err(ErrorResponse::invalid_request("refreshToken belongs to another key"));
        }
        if token.region != *context.origin.region(&shared.settings.region) {
            return Err(ErrorResponse::invalid_request("refreshToken is of another region"));
        }
        let Some(session) = shared.sessions.active(&token.session, context.now) else {
            let message = "The session expired or was revoked";
            return Err(ErrorResponse::new(ErrorCode::TokenExpired, message));
        };
        let principal = principal(shared, &session.user);
        Ok(self.issue(shared, principal, token, context.now))
    }

    fn issue(
        &mut self,
        shared: &mut Shared,
        principal: Principal,
        token: RefreshToken,
        now: Timestamp,
    ) -> Value {
        let session = shared.sessions.get(&token.session);
        let left = session.map(|session| session.expires.saturating_since(now));
        let lifetime = CREDENTIALS_DURATION.min(left.unwrap_or(CREDENTIALS_DURATION));
        let credentials = shared.issue_credentials(principal, false, now + lifetime);
        let refresh_token = shared.tokens.secret("rt", 96);
        self.0.insert(refresh_token.clone(), token);
        json!({
            "accessToken": {
                "accessKeyId": credentials.id,
                "secretAccessKey": credentials.secret,
                "sessionToken": credentials.session_token,
            },
            "tokenType": "aws_sigv4",
            "expiresIn": lifetime.as_secs(),
            "refreshToken": refresh_token,
        })
    }
}

/// Returns the IAM user of the same name in the first account.
fn principal(shared: &Shared, user: &str) -> Principal {
    let account = shared.settings.accounts.first().map(|account| account.id.clone());
    Principal::User { account: account.unwrap_or_default(), name: user.to_owned() }
}
