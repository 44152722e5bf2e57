//! `Logout`: revokes a portal session.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html>

use vestibule_types::AccessToken;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::{Error, Subject};

/// The operation that revokes an access token.
///
/// Role credentials that were issued with it stay valid until they expire.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct Logout<'a> {
    /// The access token. [`ErrorKind::Unauthorized`](crate::ErrorKind) is returned if it has expired
    /// or was revoked before.
    pub token: &'a AccessToken,
}

impl Operation for Logout<'_> {
    type Output = ();
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        endpoint
            .post("/logout")
            .secret_header("x-amz-sso_bearer_token", self.token.expose())
            .finish()
    }

    fn read(&self, response: &Response) -> Result<(), Error> {
        rest_json::read_empty(response)
            .map_err(|error| Error::from_response(error, Subject::Session, self.token))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn logout_of_expired_token_is_unauthorized() {
        let token = &AccessToken::new("very-secret");
        let endpoint = Endpoint::parse("http://127.0.0.1:1", None).unwrap();
        let request = Logout { token }.request(&endpoint).unwrap();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/logout"));
        assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
        assert!(request.body().is_empty());

        let response = |status: u16| http::Response::builder().status(status).body(Bytes::new());
        assert_eq!(Logout { token }.read(&response(200).unwrap()), Ok(()));
        let expired = Logout { token }.read(&response(401).unwrap());
        assert_eq!(*expired.unwrap_err().kind(), crate::ErrorKind::Unauthorized);
    }
}
