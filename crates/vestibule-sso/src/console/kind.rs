use vestibule_cache::JsonError;
use vestibule_console_login::{
    Dpop, Error, ErrorKind, Grant, LoginToken, Plane, endpoint, file_name,
};
use vestibule_types::Timestamp;
use vestibule_wire::EndpointParams;
use vestibule_world::{BoxFuture, World};
use zeroize::Zeroizing;

use crate::kind::{RefreshError, SessionKind};
use crate::state::TokenProperties;
use crate::{Fingerprint, Mismatch, NotRefreshable};

/// A console login, as a profile names it, and where the service is.
#[derive(Clone, Debug)]
pub struct ConsoleSession {
    /// The ARN of the user who signs in.
    login_session: String,
    /// Of the profile. The region in the file takes precedence over its region.
    params: EndpointParams,
}

impl ConsoleSession {
    /// Creates the console login of this `login_session`; the parameters are those of the service
    /// `signin`.
    pub fn new(login_session: &str, params: EndpointParams) -> Self {
        Self { login_session: login_session.trim().to_owned(), params }
    }

    /// Returns the ARN of the user who signs in.
    pub fn login_session(&self) -> &str {
        &self.login_session
    }
}

impl SessionKind for ConsoleSession {
    type Token = LoginToken;

    const NOUN: &'static str = "console session";

    const ACCEPTS_AGAIN: bool = true;

    fn label(&self) -> &str {
        &self.login_session
    }

    fn entry(&self) -> String {
        file_name(&self.login_session)
    }

    fn read(bytes: &[u8]) -> Result<LoginToken, JsonError> {
        LoginToken::read(bytes)
    }

    fn write(token: &LoginToken) -> Zeroizing<Vec<u8>> {
        token.write()
    }

    fn properties(token: &LoginToken, _now: Timestamp) -> TokenProperties {
        let credentials = token.credentials();
        TokenProperties {
            access_token: Fingerprint::new(credentials.secret_access_key().expose()),
            expires_at: token.expires_at(),
            // The service alone knows when the session expires, as in AWS's `login` test cases.
            refresh: match token.refresh().grant {
                Grant::RefreshToken(refresh_token) => Ok(Fingerprint::new(refresh_token.expose())),
                Grant::AuthorizationCode { .. } => {
                    Err(NotRefreshable::Missing { key: "refreshToken" })
                }
            },
        }
    }

    fn client_id(_token: &LoginToken) -> Option<&str> {
        None
    }

    fn registration_expires_at(_token: &LoginToken) -> Option<Timestamp> {
        None
    }

    fn portal_entry(&self) -> Option<String> {
        None
    }

    // According to the API's model of `CreateOAuth2Token`.
    fn check(&self, _token: &LoginToken) -> Result<(), Mismatch> {
        Ok(())
    }

    fn exchange<'a>(
        &'a self,
        world: &'a World,
        token: &'a LoginToken,
    ) -> BoxFuture<'a, Result<LoginToken, RefreshError>> {
        Box::pin(async move {
            // Refreshes work only in the region of the sign-in, which not every tool stores.
            let mut params = self.params.clone();
            params.region = token.sign_in_region().cloned().or(params.region);
            let endpoint =
                endpoint(&params, Plane::Data).map_err(|error| RefreshError::Unavailable {
                    source: error.into(),
                    may_be_spent: false,
                    is_transient: false,
                    is_usable: true,
                })?;
            let mut random = [0; 16];
            world.entropy.fill(&mut random);
            let proof = Dpop::new(token.dpop_key(), random);
            // The lifetime counts from a moment between request and response.
            let requested_at = world.clock.now();
            let response = world.call(&endpoint, &proof, &token.refresh()).await;
            let tokens = response.map_err(|error| {
                RefreshError::new(error, Error::is_transient, |_| false, refused)
            })?;
            Ok(token.clone().refreshed(tokens, requested_at))
        })
    }

    #[cfg(feature = "refresh-helper")]
    fn job(&self, due: crate::refresh::Due) -> crate::RefreshJob {
        crate::RefreshJob::console(&self.login_session, due)
    }
}

fn refused(error: Error) -> RefreshError {
    let ends_session = error.is_denial();
    if error.kind() == ErrorKind::NotAllowed {
        RefreshError::Unavailable {
            source: error.into(),
            may_be_spent: false,
            is_transient: false,
            is_usable: false,
        }
    } else {
        RefreshError::Refused { source: error.into(), ends_session }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vestibule_console_login::DpopKey;
    use vestibule_types::Region;

    use super::*;

    #[test]
    fn console_session_has_a_user_and_neither_scopes_nor_a_portal() {
        let params = EndpointParams::new(Region::new("us-east-1").unwrap());
        let arn = "arn:aws:iam::012345678910:user/ann";
        let session = ConsoleSession::new(&format!(" {arn}\n"), params);
        assert_eq!((session.login_session(), session.label()), (arn, arn));
        assert_eq!(session.portal_entry(), None);

        let file = json!({
            "accessToken": {
                "accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t",
                "accountId": "012345678910", "expiresAt": "2026-01-01T00:00:00Z"
            },
            "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "r",
            "dpopKey": DpopKey::from_random(&[7; 32]).to_pem().as_str()
        });
        let token = LoginToken::read(file.to_string().as_bytes()).unwrap();
        assert_eq!(ConsoleSession::client_id(&token), None);
        assert_eq!(ConsoleSession::registration_expires_at(&token), None);
    }
}
