//! `CreateTokenWithIAM`: tokens for applications, which AWS credentials authenticate.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html>
//! (read 2026-11)

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use vestibule_types::Timestamp;

use super::error::{ErrorCode, ErrorResponse, Result};
use super::members::Members;
use crate::context::RequestContext;
use crate::jwt;
use crate::response;
use crate::shared::Shared;
use crate::sts::caller::Caller;
use crate::table::Table;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const SCOPES: [&str; 3] = ["openid", "aws", "sts:identity_context"];

/// The refresh tokens of applications, by their text.
#[derive(Default)]
pub(super) struct IamRefreshTokens(Table<IamRefreshToken>);

struct IamRefreshToken {
    application: String,
    session: String,
    used: bool,
}

impl IamRefreshTokens {
    /// Exchanges a grant. Codes are not issued to applications, so that they are refused.
    pub(super) fn respond(
        &mut self,
        shared: &mut Shared,
        members: &Members,
        context: &RequestContext<'_>,
    ) -> Result {
        let now = context.now;
        let denied =
            |message: &str| ErrorResponse::new(ErrorCode::AccessDenied, message.to_owned());
        Caller::authenticate(shared, "sso-oauth", context)
            .map_err(|refused| denied(&refused.message))?;
        let application = members.required("clientId")?;
        if !shared.settings.applications.iter().any(|known| known == application) {
            let description = "The application does not exist";
            return Err(ErrorResponse::new(ErrorCode::InvalidClient, description));
        }
        let (session, issued) = match members.required("grantType")? {
            JWT_BEARER => (user_of_assertion(shared, members.required("assertion")?, now)?, None),
            "refresh_token" => {
                let token = self.0.get_mut(members.required("refreshToken")?);
                let token = token.filter(|it| it.application == application && !it.used);
                let token = token.ok_or_else(|| unknown("The refresh token is unknown"))?;
                token.used = true;
                (Subject::Session(token.session.clone()), None)
            }
            TOKEN_EXCHANGE => {
                if members.required("subjectTokenType")? != ACCESS_TOKEN {
                    let description = "The type of the subject token is not supported";
                    return Err(ErrorResponse::invalid_request(description));
                }
                let token = members.required("subjectToken")?;
                let mut known = shared.sessions.access_tokens();
                let found = known.find(|(text, found)| *text == token && now < found.expires);
                let (_, found) = found.ok_or_else(|| unknown("The subject token is unknown"))?;
                let wanted = members.string("requestedTokenType")?.unwrap_or(ACCESS_TOKEN);
                if ![ACCESS_TOKEN, REFRESH_TOKEN].contains(&wanted) {
                    let description = "The requested type is not supported";
                    return Err(ErrorResponse::invalid_request(description));
                }
                (Subject::Session(found.session.clone()), Some(wanted.to_owned()))
            }
            _ => {
                let description = "The grant type is not supported";
                return Err(ErrorResponse::new(ErrorCode::UnsupportedGrantType, description));
            }
        };
        let session = match session {
            Subject::Session(session) => session,
            Subject::User(user) => shared.open_session(&user, application, now),
        };
        self.issue(shared, application, &session, issued.as_deref(), now)
    }

    fn issue(
        &mut self,
        shared: &mut Shared,
        application: &str,
        session: &str,
        issued: Option<&str>,
        now: Timestamp,
    ) -> Result {
        let active = shared.sessions.active(session, now);
        let active = active.ok_or_else(|| unknown("The session expired or was revoked"))?;
        let (user, left) = (active.user.clone(), active.expires.saturating_since(now));
        let lifetime = left.min(Duration::from_secs(3600));
        let claims = json!({
            "iss": jwt::ISSUER, "sub": user, "aud": application,
            "exp": (now + lifetime).unix_seconds(),
        });
        let id_token = jwt::sign(&shared.tokens.signing_key(), &claims);
        let access_token = shared.tokens.secret("aoaAAAAAG", 96);
        let refresh_token = shared.tokens.secret("aorAAAAAG", 96);
        let identity_context = shared.tokens.secret("ctx", 96);
        shared.sessions.add_access_token(access_token.clone(), session, now + lifetime);
        let (application, session) = (application.to_owned(), session.to_owned());
        let token = IamRefreshToken { application, session, used: false };
        self.0.insert(refresh_token.clone(), token);
        let mut body = json!({
            "accessToken": access_token,
            "tokenType": "Bearer",
            "expiresIn": lifetime.as_secs(),
            "refreshToken": refresh_token,
            "idToken": id_token,
            "scope": SCOPES,
            "awsAdditionalDetails": { "identityContext": identity_context },
        });
        if let Some(issued) = issued {
            body["issuedTokenType"] = issued.into();
        }
        Ok(response::json(StatusCode::OK, &body))
    }
}

/// The subject of the tokens.
enum Subject {
    Session(String),
    User(String),
}

/// Returns the user of a token of [`Emulator::identity_token`](crate::Emulator::identity_token).
fn user_of_assertion(shared: &mut Shared, assertion: &str, now: Timestamp) -> Result<Subject> {
    let claims = jwt::verify(&shared.tokens.signing_key(), assertion)
        .map_err(|_| unknown("The issuer of the assertion is not trusted"))?;
    if claims["exp"].as_i64().unwrap_or_default() <= now.unix_seconds() {
        let description = "The assertion expired";
        return Err(ErrorResponse::new(ErrorCode::ExpiredToken, description));
    }
    let subject = claims["sub"].as_str().unwrap_or_default();
    let user = shared.settings.users.iter().find(|user| *user == subject);
    user.cloned().map(Subject::User).ok_or_else(|| unknown("The user is unknown"))
}

fn unknown(description: &str) -> ErrorResponse {
    ErrorResponse::invalid_grant(description)
}
