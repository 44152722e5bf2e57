use std::fmt;

use vestibule_cache::{JsonError, Token};
use vestibule_oidc::{CreateToken, Grant};
use vestibule_types::{SsoSession, Timestamp};
use vestibule_wire::Anonymous;
use vestibule_world::{BoxFuture, CallError, World};
use zeroize::Zeroizing;

use crate::state::TokenProperties;
use crate::{Fingerprint, Instance, Mismatch, NotRefreshable};

/// One of the two kinds of session. Everything that does not differ between them is shared.
pub(crate) trait SessionKind: fmt::Debug + Send + Sync + 'static {
    type Token: Clone + Send + Sync + 'static;

    /// The noun for such a session in messages.
    const NOUN: &'static str;

    /// Whether the service accepts a refresh token again if its response was lost.
    const ACCEPTS_AGAIN: bool;

    /// Returns the name of the session in messages.
    fn label(&self) -> &str;

    /// Returns the name of the token's entry in a store.
    fn entry(&self) -> String;

    fn read(bytes: &[u8]) -> Result<Self::Token, JsonError>;

    fn write(token: &Self::Token) -> Zeroizing<Vec<u8>>;

    fn properties(token: &Self::Token, now: Timestamp) -> TokenProperties;

    /// Returns the client that the token was issued to, if its scopes matter.
    fn client_id(token: &Self::Token) -> Option<&str>;

    /// Returns when the client registration expires, if there is one.
    fn registration_expires_at(token: &Self::Token) -> Option<Timestamp>;

    /// Returns the name of the entry for the length of sessions of the portal.
    fn portal_entry(&self) -> Option<String>;

    /// Checks that the token was issued for this session.
    fn check(&self, token: &Self::Token) -> Result<(), Mismatch>;

    /// Exchanges the refresh token for new tokens. The request is sent once, unless it is certain
    /// that the refresh token was not spent.
    fn exchange<'a>(
        &'a self,
        world: &'a World,
        token: &'a Self::Token,
    ) -> BoxFuture<'a, Result<Self::Token, RefreshError>>;

    /// Returns the refresh as a message to another process.
    #[cfg(feature = "refresh-helper")]
    fn job(&self, due: crate::refresh::Due) -> crate::RefreshJob;
}

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Error returned when a refresh fails.
#[derive(Debug)]
pub(crate) enum RefreshError {
    /// The service refused, and a retry cannot succeed.
    Refused {
        source: BoxError,
        /// Whether the access token must not be used either.
        ends_session: bool,
    },
    /// The service was not reached, or failed.
    Unavailable {
        source: BoxError,
        /// Whether the service may have spent the refresh token.
        may_be_spent: bool,
        /// Whether trying again later may help.
        is_transient: bool,
        /// Whether an access token that has not expired can be used.
        is_usable: bool,
    },
}

impl RefreshError {
    /// Classifies a failed call; `refused` classifies a response of the service that is final.
    pub(crate) fn new<E: std::error::Error + Send + Sync + 'static>(
        error: CallError<E>,
        is_transient: impl Fn(&E) -> bool,
        may_be_spent: impl Fn(&E) -> bool,
        refused: impl FnOnce(E) -> Self,
    ) -> Self {
        match error {
            CallError::Response(error) if is_transient(&error) => Self::Unavailable {
                may_be_spent: may_be_spent(&error),
                source: error.into(),
                is_transient: true,
                is_usable: true,
            },
            CallError::Response(error) => refused(error),
            CallError::Transport(error) => Self::Unavailable {
                may_be_spent: error.kind.may_have_been_processed(),
                is_transient: error.kind.is_transient(),
                source: error.into(),
                is_usable: true,
            },
            CallError::Request(error) => Self::Unavailable {
                source: error.into(),
                may_be_spent: false,
                is_transient: false,
                is_usable: true,
            },
        }
    }
}

impl SessionKind for Instance {
    type Token = Token;

    const NOUN: &'static str = "SSO session";

    const ACCEPTS_AGAIN: bool = false;

    fn label(&self) -> &str {
        self.session.label()
    }

    fn entry(&self) -> String {
        Self::entry(self)
    }

    fn read(bytes: &[u8]) -> Result<Token, JsonError> {
        Token::read(bytes)
    }

    fn write(token: &Token) -> Zeroizing<Vec<u8>> {
        token.write()
    }

    fn properties(token: &Token, now: Timestamp) -> TokenProperties {
        let missing = |key| NotRefreshable::Missing { key };
        let refresh = match (&token.refresh_token, token.registration_expires_at) {
            (None, _) => Err(missing("refreshToken")),
            _ if token.client_id.is_none() => Err(missing("clientId")),
            _ if token.client_secret.is_none() => Err(missing("clientSecret")),
            (_, None) => Err(missing("registrationExpiresAt")),
            (_, Some(at)) if at <= now => Err(NotRefreshable::RegistrationExpired { at }),
            (Some(refresh_token), _) => Ok(Fingerprint::new(refresh_token.expose())),
        };
        TokenProperties {
            access_token: Fingerprint::new(token.access_token.expose()),
            expires_at: token.expires_at,
            refresh,
        }
    }

    fn client_id(token: &Token) -> Option<&str> {
        token.client_id.as_deref()
    }

    fn registration_expires_at(token: &Token) -> Option<Timestamp> {
        token.registration_expires_at
    }

    fn portal_entry(&self) -> Option<String> {
        let portal =
            SsoSession::legacy(self.session.start_url.clone(), self.session.region.clone());
        let entry = vestibule_cache::key::token(&portal);
        Some(format!("{}.portal", entry.trim_end_matches(".json")))
    }

    fn check(&self, token: &Token) -> Result<(), Mismatch> {
        token.check_session(&self.session).map_err(Mismatch::Session)
    }

    fn exchange<'a>(
        &'a self,
        world: &'a World,
        token: &'a Token,
    ) -> BoxFuture<'a, Result<Token, RefreshError>> {
        Box::pin(async move {
            let (Some(client_id), Some(client_secret), Some(refresh_token)) =
                (&token.client_id, &token.client_secret, &token.refresh_token)
            else {
                let source = "the stored token cannot be refreshed".into();
                return Err(RefreshError::Refused { source, ends_session: false });
            };
            let grant = Grant::RefreshToken(refresh_token);
            let operation = CreateToken { client_id, client_secret, grant };
            // The lifetime counts from a moment between request and response.
            let requested_at = world.clock.now();
            let response = world.call(&self.oidc, &Anonymous, &operation).await;
            let tokens = response.map_err(|error| {
                RefreshError::new(
                    error,
                    vestibule_oidc::Error::is_transient,
                    vestibule_oidc::Error::may_have_been_processed,
                    |error| RefreshError::Refused { source: error.into(), ends_session: false },
                )
            })?;
            let expires_at = requested_at + tokens.expires_in;
            Ok(token.clone().refreshed(tokens.access_token, expires_at, tokens.refresh_token))
        })
    }

    #[cfg(feature = "refresh-helper")]
    fn job(&self, due: crate::refresh::Due) -> crate::RefreshJob {
        crate::RefreshJob::sso(&self.session, due)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use vestibule_types::{Region, SessionName, StartUrl};
    use vestibule_wire::Endpoint;

    use super::*;

    /// The state of the refresh 100 seconds after 1970 of a token whose client registration expires
    /// then, without one of the keys.
    fn refresh(without: &str, registration_expires_at: u64) -> Result<(), NotRefreshable> {
        let time = |seconds| Timestamp::EPOCH + Duration::from_secs(seconds);
        let mut file = json!({
            "accessToken": "access", "expiresAt": time(50).to_string(), "refreshToken": "refresh",
            "clientId": "client", "clientSecret": "secret",
            "registrationExpiresAt": time(registration_expires_at).to_string()
        });
        file.as_object_mut().unwrap().remove(without);
        let token = Token::read(file.to_string().as_bytes()).unwrap();
        Instance::properties(&token, time(100)).refresh.map(drop)
    }

    #[test]
    fn token_is_refreshable_with_its_client_until_the_registration_expires() {
        assert_eq!(refresh("", 101), Ok(()));
        for key in ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"] {
            assert_eq!(refresh(key, 101), Err(NotRefreshable::Missing { key }));
        }
        let at = Timestamp::EPOCH + Duration::from_secs(100);
        assert_eq!(refresh("", 100), Err(NotRefreshable::RegistrationExpired { at }));
    }

    #[test]
    fn sessions_of_one_portal_share_the_record_of_its_session_length() {
        let url = StartUrl::new("https://org.awsapps.com/start").unwrap();
        let region = Region::new("us-east-1").unwrap();
        let named =
            |name| SsoSession::named(SessionName::new(name).unwrap(), url.clone(), region.clone());
        let endpoint = Endpoint::parse("https://sso.test", None).unwrap();
        for session in [named("a"), named("b"), SsoSession::legacy(url.clone(), region.clone())] {
            let instance = Instance::new(session, endpoint.clone(), endpoint.clone());
            // The SHA-1 of the start URL.
            let entry = "2c12103cabb529b0c2cefcaf26acd34f4b0e8663.portal";
            assert_eq!(instance.portal_entry().as_deref(), Some(entry));
        }
    }
}
