//! `CreateToken`: a grant for tokens.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(flatten)]
    grant: GrantBody<'a>,
}

#[derive(Serialize)]
#[serde(tag = "grantType", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum GrantBody<'a> {
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode {
        device_code: &'a str,
    },
    AuthorizationCode {
        code: &'a str,
        redirect_uri: String,
        code_verifier: &'a str,
    },
    RefreshToken {
        refresh_token: &'a str,
    },
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
        let grant = match self.grant {
            Grant::DeviceCode(code) => GrantBody::DeviceCode { device_code: code.expose() },
            Grant::AuthorizationCode { code, redirect, verifier } => GrantBody::AuthorizationCode {
                code: code.expose(),
                redirect_uri: redirect.address(),
                code_verifier: verifier.expose(),
            },
            Grant::RefreshToken(token) => GrantBody::RefreshToken { refresh_token: token.expose() },
        };
        let client_secret = self.client_secret.expose();
        at.post("/token").json(&Body { client_id: self.client_id, client_secret, grant }).finish()
    }

    fn read(&self, response: &Response) -> Result<Tokens, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            /// A token that no header can carry would fail every later call.
            access_token: HeaderSafe<AccessToken>,
            expires_in: NonZeroU32,
            refresh_token: Option<RefreshToken>,
        }

        let answer: Answer = rest_json::read(response, "an access token and its lifetime")
            .map_err(|error| Error::from_answer(error, &self.secrets()))?;
        Ok(Tokens {
            access_token: answer.access_token.0,
            expires_in: Duration::from_secs(answer.expires_in.get().into()),
            refresh_token: answer.refresh_token,
        })
    }
}
