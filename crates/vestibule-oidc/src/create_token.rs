//! `CreateToken`: a grant for tokens.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::num::NonZeroU32;
use std::time::Duration;

use vestibule_json::Value;
use vestibule_types::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken,
};
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

use crate::{Error, RedirectUri};

/// Exchanges a grant for tokens.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct CreateToken<'a> {
    /// Who asks.
    pub client_id: &'a str,
    /// And proves it.
    pub client_secret: &'a ClientSecret,
    /// What is offered.
    pub grant: Grant<'a>,
}

/// What a token is given for.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the grants that Identity Center knows")]
pub enum Grant<'a> {
    /// A device code, approved or not (RFC 8628).
    DeviceCode(&'a DeviceCode),
    /// A code that a redirect brought (RFC 6749, RFC 7636).
    AuthorizationCode {
        /// The code.
        code: &'a AuthorizationCode,
        /// The address it came to, byte for byte.
        redirect: RedirectUri,
        /// What the challenge was made of.
        verifier: &'a CodeVerifier,
    },
    /// The refresh token of an earlier answer.
    RefreshToken(&'a RefreshToken),
}

/// The tokens of one answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tokens {
    /// Proof of the sign-in.
    pub access_token: AccessToken,
    /// For how long it is, counted from the answer.
    pub expires_in: Duration,
    /// Buys the next one, where the service gives one.
    pub refresh_token: Option<RefreshToken>,
}

impl CreateToken<'_> {
    /// All that an answer might repeat.
    fn secrets(&self) -> [&str; 3] {
        let (first, second) = match self.grant {
            Grant::DeviceCode(code) => (code.expose(), ""),
            Grant::AuthorizationCode { code, verifier, .. } => (code.expose(), verifier.expose()),
            Grant::RefreshToken(token) => (token.expose(), ""),
        };
        [self.client_secret.expose(), first, second]
    }
}

impl Operation for CreateToken<'_> {
    type Output = Tokens;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        let mut body = vec![
            ("clientId", Value::Text(self.client_id)),
            ("clientSecret", Value::Text(self.client_secret.expose())),
        ];
        let redirect_uri;
        match self.grant {
            Grant::DeviceCode(code) => body.extend([
                ("grantType", Value::Text("urn:ietf:params:oauth:grant-type:device_code")),
                ("deviceCode", Value::Text(code.expose())),
            ]),
            Grant::AuthorizationCode { code, redirect, verifier } => {
                redirect_uri = redirect.address();
                body.extend([
                    ("grantType", Value::Text("authorization_code")),
                    ("code", Value::Text(code.expose())),
                    ("redirectUri", Value::Text(&redirect_uri)),
                    ("codeVerifier", Value::Text(verifier.expose())),
                ]);
            }
            Grant::RefreshToken(token) => body.extend([
                ("grantType", Value::Text("refresh_token")),
                ("refreshToken", Value::Text(token.expose())),
            ]),
        }
        at.post("/token").json(&body).finish()
    }

    fn read(&self, response: &Response) -> Result<Tokens, Error> {
        rest_json::read(response, "an access token and its lifetime", |answer| {
            // A token that no header can carry would fail every later call; said here.
            let access_token = answer.required_printable("accessToken")?;
            let expires_in: NonZeroU32 =
                answer.required_number("expiresIn", "a number of seconds")?;
            Ok(Tokens {
                access_token: AccessToken::new(access_token),
                expires_in: Duration::from_secs(expires_in.get().into()),
                refresh_token: answer.text("refreshToken")?.map(RefreshToken::new),
            })
        })
        .map_err(|error| Error::from_answer(error, &self.secrets()))
    }
}
