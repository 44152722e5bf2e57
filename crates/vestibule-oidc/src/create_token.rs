//! `CreateToken`: a grant for tokens.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken,
};
use vestibule_wire::{Endpoint, Malformed, Operation, Request, Response, Unsendable, rest_json};

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

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    grant_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    access_token: String,
    expires_in: u32,
    refresh_token: Option<String>,
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
        let client_secret = self.client_secret.expose();
        let body = Body { client_id: self.client_id, client_secret, ..Body::default() };
        let body = match self.grant {
            Grant::DeviceCode(code) => Body {
                grant_type: "urn:ietf:params:oauth:grant-type:device_code",
                device_code: Some(code.expose()),
                ..body
            },
            Grant::AuthorizationCode { code, redirect, verifier } => Body {
                grant_type: "authorization_code",
                code: Some(code.expose()),
                redirect_uri: Some(redirect.address()),
                code_verifier: Some(verifier.expose()),
                ..body
            },
            Grant::RefreshToken(token) => {
                Body { grant_type: "refresh_token", refresh_token: Some(token.expose()), ..body }
            }
        };
        at.post("/token").json(&body).finish()
    }

    fn read(&self, response: &Response) -> Result<Tokens, Error> {
        let expected = "an access token and its lifetime";
        let answer: Answer = rest_json::read(response, expected)
            .map_err(|error| Error::from_answer(error, &self.secrets()))?;
        // A token that no header can carry would fail every later call; say so here.
        let usable = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        if !usable(&answer.access_token) || answer.expires_in == 0 {
            return Err(Error::Malformed(Malformed::new(response.status(), expected)));
        }
        Ok(Tokens {
            access_token: AccessToken::new(answer.access_token),
            expires_in: Duration::from_secs(u64::from(answer.expires_in)),
            refresh_token: answer
                .refresh_token
                .filter(|token| !token.is_empty())
                .map(RefreshToken::new),
        })
    }
}
