//! `CreateToken`: tokens for a grant.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::num::NonZeroU32;
use std::time::Duration;

use vestibule_types::json::{HeaderSafe, Output};
use vestibule_types::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken,
};
use vestibule_wire::retry::Policy;
use vestibule_wire::{
    Endpoint, Operation, Request, RequestError, RequestTimeout, Response, rest_json,
};

use crate::{Error, RedirectUri};

/// The timeout of a refresh, which is long, since a lost response may lose the session.
pub(crate) const REFRESH_TIMEOUT: RequestTimeout = RequestTimeout(Duration::from_secs(120));

/// The operation that exchanges a grant for tokens.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct CreateToken<'a> {
    /// The client id.
    pub client_id: &'a str,
    /// The client secret.
    pub client_secret: &'a ClientSecret,
    /// The grant.
    pub grant: Grant<'a>,
}

/// An OAuth grant.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the grants that Identity Center supports")]
pub enum Grant<'a> {
    /// A device code, approved or not (RFC 8628).
    DeviceCode(&'a DeviceCode),
    /// The code of a redirect (RFC 6749, RFC 7636).
    AuthorizationCode {
        /// The code.
        code: &'a AuthorizationCode,
        /// The redirect URI, byte for byte.
        redirect: RedirectUri,
        /// The PKCE code verifier.
        verifier: &'a CodeVerifier,
    },
    /// The refresh token of an earlier response.
    RefreshToken(&'a RefreshToken),
}

/// The tokens of a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tokens {
    /// The access token.
    pub access_token: AccessToken,
    /// The lifetime of the access token, counted from the response.
    pub expires_in: Duration,
    /// The refresh token, if the service returned one.
    pub refresh_token: Option<RefreshToken>,
}

impl CreateToken<'_> {
    /// Returns the secrets that an error response could repeat.
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

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let body = Output::default()
            .with("clientId", self.client_id)
            .with("clientSecret", self.client_secret.expose());
        let body = match self.grant {
            Grant::DeviceCode(code) => body
                .with("grantType", "urn:ietf:params:oauth:grant-type:device_code")
                .with("deviceCode", code.expose()),
            Grant::AuthorizationCode { code, redirect, verifier } => body
                .with("grantType", "authorization_code")
                .with("code", code.expose())
                .with("redirectUri", redirect.address())
                .with("codeVerifier", verifier.expose()),
            Grant::RefreshToken(token) => {
                body.with("grantType", "refresh_token").with("refreshToken", token.expose())
            }
        };
        let mut request = endpoint.post("/token").json(&body).finish()?;
        if let Grant::RefreshToken(_) = self.grant {
            request.extensions_mut().insert(REFRESH_TIMEOUT);
        }
        Ok(request)
    }

    /// Returns when to retry.
    ///
    /// A refresh token may work only once, so a refresh that the service may have processed is not
    /// sent again.
    fn retry(&self) -> Policy {
        match self.grant {
            Grant::RefreshToken(_) => Policy::AT_MOST_ONCE,
            _ => Policy::STANDARD,
        }
    }

    fn read(&self, response: &Response) -> Result<Tokens, Error> {
        rest_json::read_object(response, "an access token and its lifetime", |mut body| {
            // A token that no header can carry would fail every later call.
            let HeaderSafe(access_token) = body.require("accessToken")?;
            let expires_in: NonZeroU32 = body.require("expiresIn")?;
            Ok(Tokens {
                access_token,
                expires_in: Duration::from_secs(expires_in.get().into()),
                refresh_token: body.get("refreshToken")?,
            })
        })
        .map_err(|error| Error::from_response(error, &self.secrets()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The grants by name, with the grant's members of the body.
    fn grants<'a>(
        device_code: &'a DeviceCode,
        (code, verifier): (&'a AuthorizationCode, &'a CodeVerifier),
        refresh_token: &'a RefreshToken,
    ) -> [(Grant<'a>, &'static str); 3] {
        let redirect = RedirectUri::loopback(4000);
        [
            (
                Grant::DeviceCode(device_code),
                r#""grantType":"urn:ietf:params:oauth:grant-type:device_code","deviceCode":"d""#,
            ),
            (
                Grant::AuthorizationCode { code, redirect, verifier },
                r#""grantType":"authorization_code","code":"c","redirectUri":"http://127.0.0.1:4000/oauth/callback","codeVerifier":"v""#,
            ),
            (
                Grant::RefreshToken(refresh_token),
                r#""grantType":"refresh_token","refreshToken":"r""#,
            ),
        ]
    }

    #[test]
    fn grant_has_its_own_body_and_a_refresh_its_own_limits() {
        let (secret, device, code) =
            (ClientSecret::new("s"), DeviceCode::new("d"), AuthorizationCode::new("c"));
        let (verifier, refresh) = (CodeVerifier::new("v"), RefreshToken::new("r"));
        let endpoint = Endpoint::parse("https://oidc.us-east-1.amazonaws.com", None).unwrap();
        for (grant, members) in grants(&device, (&code, &verifier), &refresh) {
            let call = CreateToken { client_id: "id", client_secret: &secret, grant };
            let request = call.request(&endpoint).unwrap();
            let body = format!(r#"{{"clientId":"id","clientSecret":"s",{members}}}"#);
            assert_eq!(String::from_utf8_lossy(request.body()), body);

            let is_refresh = matches!(grant, Grant::RefreshToken(_));
            let timeout = request.extensions().get::<RequestTimeout>();
            assert_eq!(timeout, is_refresh.then_some(&REFRESH_TIMEOUT), "{grant:?}");
            // A refresh token may be spent although no response came.
            let policy = if is_refresh { Policy::AT_MOST_ONCE } else { Policy::STANDARD };
            assert_eq!(call.retry(), policy, "{grant:?}");
        }
    }
}
