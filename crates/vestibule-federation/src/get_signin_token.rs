//! `getSigninToken`: a sign-in token for role credentials.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>
//! (read 2026-11)

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{Secret, SecretAccessKey, SessionToken, json};
use vestibule_wire::{
    Endpoint, Operation, Request, RequestError, Response, ResponseError, rest_json,
};

/// The operation that returns a sign-in token.
///
/// The credentials are sent in the body; a query, which the endpoint accepts, too, could be logged.
/// No session duration is sent, since the endpoint rejects it for role chaining: the console
/// session expires with the credentials.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct GetSigninToken<'a> {
    /// The access key id.
    pub access_key_id: &'a str,
    /// The secret access key.
    pub secret_access_key: &'a SecretAccessKey,
    /// The session token.
    pub session_token: &'a SessionToken,
}

impl Operation for GetSigninToken<'_> {
    /// The sign-in token, which is valid for fifteen minutes.
    type Output = Secret;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        #[derive(Serialize)]
        struct Session<'a> {
            #[serde(rename = "sessionId")]
            id: &'a str,
            #[serde(rename = "sessionKey")]
            key: &'a str,
            #[serde(rename = "sessionToken")]
            token: &'a str,
        }

        let session = json::to_vec_compact(&Session {
            id: self.access_key_id,
            key: self.secret_access_key.expose(),
            token: self.session_token.expose(),
        });
        endpoint
            .post("/federation")
            .header("accept", "application/json")
            .form([("Action", "getSigninToken"), ("Session", &String::from_utf8_lossy(&session))])
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Secret, ResponseError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            signin_token: HeaderSafe<Secret>,
        }

        let secrets = [self.secret_access_key.expose(), self.session_token.expose()];
        let body: Body = rest_json::read(response, "a sign-in token")
            .map_err(|error| error.without_secrets(&secrets))?;
        Ok(body.signin_token.0)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn with_operation<T>(then: impl FnOnce(GetSigninToken<'_>) -> T) -> T {
        then(GetSigninToken {
            access_key_id: "ASIA",
            secret_access_key: &SecretAccessKey::new("hid/den"),
            session_token: &SessionToken::new("hidden+too"),
        })
    }

    #[test]
    fn credentials_are_sent_in_the_body() {
        let endpoint = Endpoint::parse("https://signin.aws.amazon.com", None).unwrap();
        let request = with_operation(|operation| operation.request(&endpoint)).unwrap();
        assert_eq!(request.uri(), "https://signin.aws.amazon.com/federation");
        assert_eq!(
            std::str::from_utf8(request.body()).unwrap(),
            "Action=getSigninToken&Session=%7B%22sessionId%22%3A%22ASIA%22%2C%22sessionKey%22%3A%22\
             hid%2Fden%22%2C%22sessionToken%22%3A%22hidden%2Btoo%22%7D"
        );
    }

    #[test]
    fn secrets_are_removed_from_errors() {
        let read = |status: u16, body: &'static str| {
            let body = Bytes::from_static(body.as_bytes());
            let response = http::Response::builder().status(status).body(body).unwrap();
            match with_operation(|operation| operation.read(&response)) {
                Ok(token) => token.expose().to_owned(),
                Err(error) => error.to_string(),
            }
        };
        assert_eq!(read(200, r#"{"SigninToken":"abc"}"#), "abc");
        let malformed = "expected a sign-in token, got something else (HTTP 200)";
        assert_eq!(read(200, r#"{"SigninToken":""}"#), malformed);
        assert_eq!(read(200, r#"{"SigninToken":"a b"}"#), malformed);
        assert_eq!(read(200, "<html>"), malformed);
        assert_eq!(read(400, "<html>"), "the service gave no reason (HTTP 400)");
        let repeated = r#"{"message":"not hidden+too"}"#;
        assert_eq!(read(403, repeated), "not … (HTTP 403)");
    }
}
