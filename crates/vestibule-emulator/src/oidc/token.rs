//! Refresh tokens, and `CreateToken` with its three grants.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use vestibule_types::Timestamp;
use vestibule_wire::Response;

use super::client::{Client, REFRESH_TOKEN};
use super::error::{ErrorResponse, Result};
use crate::response;
use crate::settings::Rotation;
use crate::shared::Shared;
use crate::table::Table;

/// The lifetime of an access token of a client without scopes, which cannot be refreshed.
const LEGACY_TOKEN_DURATION: Duration = Duration::from_secs(8 * 3600);

pub(crate) struct RefreshToken {
    pub(crate) session: String,
    client: Arc<Client>,
    pub(crate) used: bool,
}

/// The refresh tokens, by their text.
#[derive(Default)]
pub(crate) struct RefreshTokens(Table<RefreshToken>);

impl RefreshTokens {
    /// Opens a session of a user who approved the client, and issues its tokens.
    pub(super) fn sign_in(
        &mut self,
        shared: &mut Shared,
        client: &Arc<Client>,
        user: &str,
        now: Timestamp,
    ) -> Response {
        let session = shared.open_session(user, &client.name, now);
        self.issue(shared, &session, client, true, now)
    }

    pub(super) fn refresh(
        &mut self,
        shared: &mut Shared,
        client: &Arc<Client>,
        refresh_token: &str,
        now: Timestamp,
    ) -> Result {
        let token = self.0.get_mut(refresh_token).filter(|token| token.client.id == client.id);
        let token = token.ok_or_else(|| ErrorResponse::invalid_grant("The token is unknown"))?;
        let session = token.session.clone();
        let was_used = token.used;
        let rotation = shared.settings.rotation;
        token.used |= matches!(rotation, Rotation::SingleUse | Rotation::ReuseEndsSession);
        if was_used {
            if rotation == Rotation::ReuseEndsSession {
                shared.sessions.revoke(Some(&session), now);
            }
            return Err(ErrorResponse::invalid_grant("The token was used"));
        }
        if shared.sessions.active(&session, now).is_none() {
            return Err(ErrorResponse::invalid_grant("The session expired or was revoked"));
        }
        Ok(self.issue(shared, &session, client, rotation != Rotation::Unchanged, now))
    }

    /// Issues tokens of a session. A client without scopes gets an access token only.
    fn issue(
        &mut self,
        shared: &mut Shared,
        session: &str,
        client: &Arc<Client>,
        with_refresh_token: bool,
        now: Timestamp,
    ) -> Response {
        let Shared { settings, sessions, tokens, .. } = shared;
        let has_scopes = !client.scopes.is_empty();
        let lifetime =
            if has_scopes { settings.access_token_duration } else { LEGACY_TOKEN_DURATION };
        let left = sessions.get(session).map(|session| session.expires.saturating_since(now));
        let lifetime = lifetime.min(left.unwrap_or_default());
        let access_token = tokens.secret("aoaAAAAAG", 96);
        sessions.add_access_token(access_token.clone(), session, now + lifetime);
        let mut body = json!({
            "accessToken": access_token,
            "tokenType": "Bearer",
            "expiresIn": lifetime.as_secs(),
        });
        if has_scopes && client.allows(REFRESH_TOKEN) && with_refresh_token {
            let refresh_token = tokens.secret("aorAAAAAG", 96);
            body["refreshToken"] = refresh_token.as_str().into();
            let session = session.to_owned();
            let token = RefreshToken { session, client: client.clone(), used: false };
            self.0.insert(refresh_token, token);
        }
        response::json(StatusCode::OK, &body)
    }

    /// Returns the refresh tokens, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &RefreshToken)> {
        self.0.iter()
    }
}
