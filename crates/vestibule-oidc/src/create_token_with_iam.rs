//! `CreateTokenWithIAM`: tokens for an application that authenticates with AWS credentials (trusted
//! identity propagation).
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html>
//! (read 2026-11)

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::{HeaderSafe, lenient};
use vestibule_types::{AccessToken, AuthorizationCode, CodeVerifier, RefreshToken, Secret};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::Error;
use crate::create_token::REFRESH_TIMEOUT;

/// The service name in signatures of this operation.
pub const SIGNING_NAME: &str = "sso-oauth";

/// The type of access tokens that Identity Center issued, for [`IamGrant::TokenExchange`].
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
/// The type of refresh tokens, which can be requested in an exchange.
pub const REFRESH_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// The provider of the identity context, for `ProvidedContexts` of `AssumeRole`.
pub const CONTEXT_PROVIDER: &str = "arn:aws:iam::aws:contextProvider/IdentityCenter";

/// Exchanges a grant for tokens of an application.
///
/// The request has no client secret: it is signed for the service [`SIGNING_NAME`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct CreateTokenWithIam<'a> {
    /// The ARN of the application.
    pub client_id: &'a str,
    /// The grant.
    pub grant: IamGrant<'a>,
    /// The scopes to request; those of the application if there are none.
    pub scopes: &'a [&'a str],
}

/// A grant of an application.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the grants of the API")]
pub enum IamGrant<'a> {
    /// The code of a redirect (RFC 6749, RFC 7636).
    AuthorizationCode {
        /// The code.
        code: &'a AuthorizationCode,
        /// The redirect URI of the application.
        redirect_uri: &'a str,
        /// The PKCE code verifier, if the code was requested with one.
        verifier: Option<&'a CodeVerifier>,
    },
    /// The refresh token of an earlier response.
    RefreshToken(&'a RefreshToken),
    /// A signed token of an identity provider that Identity Center trusts (RFC 7523).
    JwtBearer {
        /// The token.
        assertion: &'a Secret,
    },
    /// A token that Identity Center issued to another application (RFC 8693).
    TokenExchange {
        /// The token.
        subject_token: &'a Secret,
        /// Its type, [`ACCESS_TOKEN_TYPE`] as a rule.
        subject_token_type: &'a str,
        /// The type of the token to issue. Default: an access token.
        requested_token_type: Option<&'a str>,
    },
}

/// The tokens of a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IamTokens {
    /// The access token.
    pub access_token: AccessToken,
    /// The lifetime of the access token, counted from the response.
    pub expires_in: Duration,
    /// The refresh token, if the service returned one.
    pub refresh_token: Option<RefreshToken>,
    /// The claims about the user, as a signed token.
    pub id_token: Option<Secret>,
    /// The type of the token that was issued.
    pub issued_token_type: Option<String>,
    /// The scopes of the access token.
    pub scopes: Vec<String>,
    /// The assertion about the user for `AssumeRole`, with [`CONTEXT_PROVIDER`].
    pub identity_context: Option<Secret>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_id: &'a str,
    #[serde(flatten)]
    grant: GrantBody<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scope: &'a [&'a str],
}

#[derive(Serialize)]
#[serde(tag = "grantType", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum GrantBody<'a> {
    AuthorizationCode {
        code: &'a str,
        redirect_uri: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code_verifier: Option<&'a str>,
    },
    RefreshToken {
        refresh_token: &'a str,
    },
    #[serde(rename = "urn:ietf:params:oauth:grant-type:jwt-bearer")]
    JwtBearer {
        assertion: &'a str,
    },
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange {
        subject_token: &'a str,
        subject_token_type: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        requested_token_type: Option<&'a str>,
    },
}

impl<'a> From<IamGrant<'a>> for GrantBody<'a> {
    fn from(grant: IamGrant<'a>) -> Self {
        match grant {
            IamGrant::AuthorizationCode { code, redirect_uri, verifier } => {
                let code_verifier = verifier.map(CodeVerifier::expose);
                Self::AuthorizationCode { code: code.expose(), redirect_uri, code_verifier }
            }
            IamGrant::RefreshToken(token) => Self::RefreshToken { refresh_token: token.expose() },
            IamGrant::JwtBearer { assertion } => Self::JwtBearer { assertion: assertion.expose() },
            IamGrant::TokenExchange { subject_token, subject_token_type, requested_token_type } => {
                let subject_token = subject_token.expose();
                Self::TokenExchange { subject_token, subject_token_type, requested_token_type }
            }
        }
    }
}

impl<'a> CreateTokenWithIam<'a> {
    /// Creates a request for the scopes of the application.
    pub fn new(client_id: &'a str, grant: IamGrant<'a>) -> Self {
        Self { client_id, grant, scopes: &[] }
    }

    /// Returns the secrets that an error response could repeat.
    fn secrets(&self) -> [&str; 2] {
        match GrantBody::from(self.grant) {
            GrantBody::AuthorizationCode { code, code_verifier, .. } => {
                [code, code_verifier.unwrap_or_default()]
            }
            GrantBody::RefreshToken { refresh_token: token }
            | GrantBody::JwtBearer { assertion: token }
            | GrantBody::TokenExchange { subject_token: token, .. } => [token, ""],
        }
    }
}

impl Operation for CreateTokenWithIam<'_> {
    type Output = IamTokens;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let body = Body { client_id: self.client_id, grant: self.grant.into(), scope: self.scopes };
        let mut request = endpoint.post("/token").query("aws_iam", "t").json(&body).finish()?;
        if let IamGrant::RefreshToken(_) = self.grant {
            request.extensions_mut().insert(REFRESH_TIMEOUT);
        }
        Ok(request)
    }

    /// A refresh token may work only once, so a refresh that the service may have processed is not
    /// sent again.
    fn retry(&self) -> Policy {
        match self.grant {
            IamGrant::RefreshToken(_) => Policy::AT_MOST_ONCE,
            _ => Policy::STANDARD,
        }
    }

    fn read(&self, response: &Response) -> Result<IamTokens, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct TokenBody {
            access_token: HeaderSafe<AccessToken>,
            expires_in: NonZeroU32,
            refresh_token: Option<RefreshToken>,
            id_token: Option<Secret>,
            #[serde(default, deserialize_with = "lenient")]
            issued_token_type: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            scope: Option<Vec<String>>,
            aws_additional_details: Option<Details>,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Details {
            identity_context: Option<Secret>,
        }

        let body: TokenBody = rest_json::read(response, "an access token and its lifetime")
            .map_err(|error| Error::from_response(error, &self.secrets()))?;
        Ok(IamTokens {
            access_token: body.access_token.0,
            expires_in: Duration::from_secs(body.expires_in.get().into()),
            refresh_token: body.refresh_token,
            id_token: body.id_token,
            issued_token_type: body.issued_token_type,
            scopes: body.scope.unwrap_or_default(),
            identity_context: body.aws_additional_details.and_then(|it| it.identity_context),
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_wire::RequestTimeout;

    use super::*;
    use crate::ErrorKind;

    const APPLICATION: &str = "arn:aws:sso::111122223333:application/ssoins-1/apl-1";

    #[track_caller]
    fn check(grant: IamGrant<'_>, scopes: &[&str], expected: &str) {
        let endpoint = Endpoint::parse("https://oidc.us-east-1.amazonaws.com", None).unwrap();
        let call = CreateTokenWithIam { client_id: APPLICATION, grant, scopes };
        let request = call.request(&endpoint).unwrap();
        let uri = "https://oidc.us-east-1.amazonaws.com/token?aws_iam=t";
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("POST", uri));
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        assert_eq!(body, format!(r#"{{"clientId":"{APPLICATION}",{expected}}}"#));
    }

    #[test]
    fn request_of_every_grant_is_that_of_the_model() {
        let (code, verifier) = (AuthorizationCode::new("c"), CodeVerifier::new("v"));
        let (token, secret) = (RefreshToken::new("r"), Secret::new("s"));
        let redirect_uri = "https://app.test/";
        check(
            IamGrant::AuthorizationCode { code: &code, redirect_uri, verifier: Some(&verifier) },
            &[],
            r#""grantType":"authorization_code","code":"c","redirectUri":"https://app.test/","codeVerifier":"v""#,
        );
        check(
            IamGrant::AuthorizationCode { code: &code, redirect_uri, verifier: None },
            &["openid", "aws"],
            r#""grantType":"authorization_code","code":"c","redirectUri":"https://app.test/","scope":["openid","aws"]"#,
        );
        check(
            IamGrant::RefreshToken(&token),
            &[],
            r#""grantType":"refresh_token","refreshToken":"r""#,
        );
        check(
            IamGrant::JwtBearer { assertion: &secret },
            &[],
            r#""grantType":"urn:ietf:params:oauth:grant-type:jwt-bearer","assertion":"s""#,
        );
        check(
            IamGrant::TokenExchange {
                subject_token: &secret,
                subject_token_type: ACCESS_TOKEN_TYPE,
                requested_token_type: Some(REFRESH_TOKEN_TYPE),
            },
            &[],
            r#""grantType":"urn:ietf:params:oauth:grant-type:token-exchange","subjectToken":"s","subjectTokenType":"urn:ietf:params:oauth:token-type:access_token","requestedTokenType":"urn:ietf:params:oauth:token-type:refresh_token""#,
        );
    }

    fn read(status: u16, body: &str) -> Result<IamTokens, Error> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        let assertion = Secret::new("hidden");
        let grant = IamGrant::JwtBearer { assertion: &assertion };
        CreateTokenWithIam::new(APPLICATION, grant).read(&response)
    }

    #[test]
    fn refresh_is_not_repeated_as_its_token_may_be_spent() {
        let (token, assertion) = (RefreshToken::new("r"), Secret::new("s"));
        let retry = |grant| CreateTokenWithIam::new(APPLICATION, grant).retry();
        assert_eq!(retry(IamGrant::RefreshToken(&token)), Policy::AT_MOST_ONCE);
        assert_eq!(retry(IamGrant::JwtBearer { assertion: &assertion }), Policy::STANDARD);
    }

    #[test]
    fn refresh_has_a_long_timeout_as_its_response_may_be_the_last() {
        let endpoint = Endpoint::parse("https://oidc.us-east-1.amazonaws.com", None).unwrap();
        let (token, assertion) = (RefreshToken::new("r"), Secret::new("s"));
        let timeout = |grant| {
            let request = CreateTokenWithIam::new(APPLICATION, grant).request(&endpoint).unwrap();
            request.extensions().get::<RequestTimeout>().copied()
        };
        assert_eq!(timeout(IamGrant::RefreshToken(&token)), Some(REFRESH_TIMEOUT));
        assert_eq!(timeout(IamGrant::JwtBearer { assertion: &assertion }), None);
    }

    #[test]
    fn response_has_the_identity_context() {
        let tokens = read(
            200,
            r#"{"accessToken":"a","tokenType":"Bearer","expiresIn":3600,"idToken":"i",
                "issuedTokenType":"urn:x","scope":["aws"],
                "awsAdditionalDetails":{"identityContext":"x"}}"#,
        );
        let tokens = tokens.unwrap();
        assert_eq!((tokens.access_token.expose(), tokens.expires_in.as_secs()), ("a", 3600));
        assert_eq!(tokens.identity_context.unwrap().expose(), "x");
        assert_eq!(tokens.id_token.unwrap().expose(), "i");
        assert_eq!((tokens.issued_token_type.as_deref(), tokens.scopes.len()), (Some("urn:x"), 1));
        let least = read(200, r#"{"accessToken":"a","expiresIn":1,"scope":7}"#).unwrap();
        assert!(least.refresh_token.is_none() && least.scopes.is_empty());
    }

    #[test]
    fn hostile_response_is_an_error_without_secrets() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"accessToken":"a"}"#,
            r#"{"accessToken":"a","expiresIn":0}"#,
            r#"{"accessToken":"a","expiresIn":-1}"#,
            r#"{"accessToken":"a\n","expiresIn":1}"#,
            r#"{"accessToken":"","expiresIn":1}"#,
        ] {
            let error = read(200, body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{body}");
        }
        let denied = r#"{"error":"access_denied","error_description":"no hidden"}"#;
        let error = read(400, denied).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AccessDenied);
        assert!(!format!("{error:?}").contains("hidden"));
    }
}
