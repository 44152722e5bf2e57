//! `CreateOAuth2Token`: credentials for a grant.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{
    AuthorizationCode, CodeVerifier, RefreshToken, Secret, SecretAccessKey, SessionToken,
};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::Error;

/// The operation that exchanges a grant for credentials.
///
/// Requests must be authorized by [`Dpop`](crate::Dpop).
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct CreateOAuth2Token<'a> {
    /// The client id; see [`Device::client_id`](crate::Device::client_id).
    pub client_id: &'a str,
    /// The grant.
    pub grant: Grant<'a>,
}

/// An OAuth grant.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the grants that the service knows")]
pub enum Grant<'a> {
    /// An authorization code with PKCE (RFC 6749, RFC 7636).
    AuthorizationCode {
        /// The authorization code. It can be used once.
        code: &'a AuthorizationCode,
        /// The verifier of the challenge in the authorize URL.
        verifier: &'a CodeVerifier,
        /// The redirect URI of the authorize URL, byte for byte.
        redirect_uri: &'a str,
    },
    /// The refresh token of an earlier response.
    RefreshToken(&'a RefreshToken),
}

/// The credentials and tokens of a successful response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tokens {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: SecretAccessKey,
    /// The session token.
    pub session_token: SessionToken,
    /// The lifetime of the credentials from the time of the response; at most 15 minutes.
    pub expires_in: Duration,
    /// The token type, `aws_sigv4`.
    pub token_type: Option<String>,
    /// The refresh token for the next request; it replaces the earlier one.
    pub refresh_token: Option<RefreshToken>,
    /// The ID token, a JSON Web Token that names the user; only in exchange for a code.
    pub id_token: Option<Secret>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestBody<'a> {
    client_id: &'a str,
    #[serde(flatten)]
    grant: GrantBody<'a>,
}

#[derive(Serialize)]
#[serde(tag = "grantType", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum GrantBody<'a> {
    AuthorizationCode { code: &'a str, code_verifier: &'a str, redirect_uri: &'a str },
    RefreshToken { refresh_token: &'a str },
}

impl CreateOAuth2Token<'_> {
    /// Returns the secrets of the request, which an error response might repeat.
    fn secrets(&self) -> [&str; 2] {
        match self.grant {
            Grant::AuthorizationCode { code, verifier, .. } => [code.expose(), verifier.expose()],
            Grant::RefreshToken(token) => [token.expose(), ""],
        }
    }
}

impl Operation for CreateOAuth2Token<'_> {
    type Output = Tokens;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let grant = match self.grant {
            Grant::AuthorizationCode { code, verifier, redirect_uri } => {
                let (code, code_verifier) = (code.expose(), verifier.expose());
                GrantBody::AuthorizationCode { code, code_verifier, redirect_uri }
            }
            Grant::RefreshToken(token) => GrantBody::RefreshToken { refresh_token: token.expose() },
        };
        endpoint.post("/v1/token").json(&RequestBody { client_id: self.client_id, grant }).finish()
    }

    fn read(&self, response: &Response) -> Result<Tokens, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct ResponseBody {
            access_token: Keys,
            expires_in: NonZeroU32,
            token_type: Option<String>,
            refresh_token: Option<RefreshToken>,
            id_token: Option<Secret>,
        }

        /// Credentials that no HTTP header can contain are rejected here: every later request would fail.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Keys {
            access_key_id: HeaderSafe<String>,
            secret_access_key: HeaderSafe<SecretAccessKey>,
            session_token: HeaderSafe<SessionToken>,
        }

        let body: ResponseBody = rest_json::read(response, "credentials and their lifetime")
            .map_err(|error| Error::from_response(error, response.body(), &self.secrets()))?;
        Ok(Tokens {
            access_key_id: body.access_token.access_key_id.0,
            secret_access_key: body.access_token.secret_access_key.0,
            session_token: body.access_token.session_token.0,
            expires_in: Duration::from_secs(body.expires_in.get().into()),
            token_type: body.token_type,
            refresh_token: body.refresh_token,
            id_token: body.id_token,
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};
    use vestibule_types::with_causes;

    use super::*;

    #[track_caller]
    fn check_request(grant: Grant<'_>, expected: &Value) {
        let endpoint = Endpoint::parse("http://127.0.0.1:1", None).unwrap();
        let request = CreateOAuth2Token { client_id: "c", grant }.request(&endpoint).unwrap();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/v1/token"));
        assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), expected);
    }

    fn read(status: u16, body: &'static str) -> Result<Tokens, Error> {
        let token = &RefreshToken::new("very-secret");
        let mut response = http::Response::builder().status(status);
        if status == 401 || status == 403 {
            response = response.header("x-amzn-ErrorType", "AccessDeniedException");
        }
        CreateOAuth2Token { client_id: "c", grant: Grant::RefreshToken(token) }
            .read(&response.body(Bytes::from_static(body.as_bytes())).unwrap())
    }

    #[test]
    fn request_has_the_grant() {
        check_request(
            Grant::RefreshToken(&RefreshToken::new("r")),
            &json!({"clientId": "c", "grantType": "refresh_token", "refreshToken": "r"}),
        );
        check_request(
            Grant::AuthorizationCode {
                code: &AuthorizationCode::new("k"),
                verifier: &CodeVerifier::new("v"),
                redirect_uri: "http://127.0.0.1:1/oauth/callback",
            },
            &json!({"clientId": "c", "grantType": "authorization_code", "code": "k",
                "codeVerifier": "v", "redirectUri": "http://127.0.0.1:1/oauth/callback"}),
        );
    }

    #[test]
    fn response_without_refresh_token_and_id_token_is_valid() {
        let tokens = read(
            200,
            r#"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t"},
                "expiresIn": 900}"#,
        )
        .unwrap();
        assert_eq!((&*tokens.access_key_id, tokens.expires_in.as_secs()), ("A", 900));
        assert!(tokens.refresh_token.is_none() && tokens.id_token.is_none());
    }

    #[track_caller]
    fn check_error(status: u16, body: &'static str, text: &str, transient: bool, denial: bool) {
        let error = read(status, body).unwrap_err();
        assert_eq!(with_causes(&error), text);
        assert_eq!((error.is_transient(), error.is_denial()), (transient, denial), "{text}");
    }

    #[test]
    fn error_codes_are_classified() {
        check_error(
            401,
            r#"{"error": "TOKEN_EXPIRED", "message": "token very-secret"}"#,
            "the grant is no longer valid: TOKEN_EXPIRED: token … (HTTP 401)",
            false,
            true,
        );
        check_error(
            403,
            r#"{"error": "INSUFFICIENT_PERMISSIONS", "message": "no"}"#,
            "signin:CreateOAuth2Token is not allowed: INSUFFICIENT_PERMISSIONS: no (HTTP 403)",
            false,
            true,
        );
        let invalid = "the grant is no longer valid: AccessDeniedException (HTTP 403)";
        check_error(403, "", invalid, false, true);
        check_error(400, "", "the service gave no reason (HTTP 400)", false, false);
        check_error(429, "", "the service gave no reason (HTTP 429)", true, false);
        let failed = "server_error (HTTP 500)";
        check_error(500, r#"{"error": "server_error"}"#, failed, true, false);
        let expected = "expected credentials and their lifetime, got something else (HTTP 200)";
        check_error(200, "{}", expected, true, false);
        let with_blank = r#"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "s s",
            "sessionToken": "t"}, "expiresIn": 900}"#;
        check_error(200, with_blank, expected, true, false);
    }
}
