//! `Logout`: the end of a sign-in, on the service's side.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html>

use vestibule_types::AccessToken;
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

use crate::{Error, Subject};

/// Revokes an access token. Role credentials that it bought work on until they expire.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct Logout<'a> {
    /// Proof of the sign-in. [`Error::Unauthorized`] says that it is over already.
    pub token: &'a AccessToken,
}

impl Operation for Logout<'_> {
    type Output = ();
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        at.post("/logout").secret_header("x-amz-sso_bearer_token", self.token.expose()).finish()
    }

    fn read(&self, response: &Response) -> Result<(), Error> {
        rest_json::read_empty(response)
            .map_err(|error| Error::from_answer(error, Subject::SignIn, self.token))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn question_and_answer() {
        let token = &AccessToken::new("very-secret");
        let at = Endpoint::at("http://127.0.0.1:1", None).unwrap();
        let request = Logout { token }.request(&at).unwrap();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/logout"));
        assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
        assert!(request.body().is_empty());

        let answer = |status: u16| http::Response::builder().status(status).body(Bytes::new());
        assert_eq!(Logout { token }.read(&answer(200).unwrap()), Ok(()));
        let over = Logout { token }.read(&answer(401).unwrap());
        assert!(matches!(over, Err(Error::Unauthorized(_))), "{over:?}");
    }
}
