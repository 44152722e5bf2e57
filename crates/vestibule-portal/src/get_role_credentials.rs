//! `GetRoleCredentials`: the credentials of a role.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>

use vestibule_types::json::{self, HeaderSafe};
use vestibule_types::{AccessToken, AccountId, Credentials, RoleName, SessionToken, Timestamp};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::{Error, Subject};

/// The operation that returns the credentials of a role in an account.
///
/// The permission set determines their lifetime, one to twelve hours; they stay valid after the
/// portal session expires.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct GetRoleCredentials<'a> {
    /// The account id, which the credentials contain, too.
    pub account_id: &'a AccountId,
    /// The role name: the name of the permission set.
    pub role_name: &'a RoleName,
    /// The access token.
    pub token: &'a AccessToken,
}

impl Operation for GetRoleCredentials<'_> {
    type Output = Credentials;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        endpoint
            .get("/federation/credentials")
            .query("role_name", self.role_name.as_str())
            .query("account_id", self.account_id.as_str())
            .secret_header("x-amz-sso_bearer_token", self.token.expose())
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Credentials, Error> {
        rest_json::read_object(response, "role credentials", |mut body| {
            let mut keys = body.require_object("roleCredentials")?;
            let HeaderSafe::<String>(access_key_id) = keys.require("accessKeyId")?;
            let HeaderSafe(secret_access_key) = keys.require("secretAccessKey")?;
            let HeaderSafe::<SessionToken>(session_token) = keys.require("sessionToken")?;
            Ok(Credentials::new(access_key_id, secret_access_key)
                .with_session_token(session_token)
                .with_expires_at(expiration(keys.require("expiration")?)?)
                .with_account_id(self.account_id.clone()))
        })
        .map_err(|error| Error::from_response(error, self.subject(), self.token))
    }
}

impl GetRoleCredentials<'_> {
    fn subject(&self) -> Subject {
        Subject::Role { account_id: self.account_id.clone(), role_name: self.role_name.clone() }
    }
}

/// Reads a positive number of milliseconds since the epoch.
fn expiration(milliseconds: i64) -> Result<Timestamp, json::Error> {
    let at = Timestamp::from_unix_millis(milliseconds).ok().filter(|at| Timestamp::EPOCH < *at);
    at.ok_or_else(|| json::Error::invalid("expiration", "in the future"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;
    use vestibule_types::Region;
    use vestibule_wire::EndpointParams;

    use super::*;
    use crate::ErrorKind;

    /// Reads a response of this status and body.
    fn read(status: u16, body: &[u8]) -> Result<Credentials, Error> {
        let body = Bytes::copy_from_slice(body);
        let response = http::Response::builder().status(status).body(body).unwrap();
        with_operation(|operation| operation.read(&response))
    }

    fn with_operation<T>(then: impl FnOnce(GetRoleCredentials<'_>) -> T) -> T {
        then(GetRoleCredentials {
            account_id: &AccountId::new("012345678901").unwrap(),
            role_name: &RoleName::new("Sample Role/é").unwrap(),
            token: &AccessToken::new("very-secret"),
        })
    }

    fn body(edit: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
        let mut body = serde_json::json!({ "roleCredentials": {
            "accessKeyId": "ASIARTESTID",
            "secretAccessKey": "TESTSECRETKEY",
            "sessionToken": "TESTSESSIONTOKEN",
            "expiration": 1_651_516_560_000_i64,
        }});
        edit(&mut body["roleCredentials"]);
        serde_json::to_vec(&body).unwrap()
    }

    #[test]
    fn request_encodes_role_and_hides_the_token() {
        let endpoint =
            crate::endpoint(&EndpointParams::new(Region::new("us-east-1").unwrap())).unwrap();
        let request = with_operation(|operation| operation.request(&endpoint)).unwrap();
        assert_eq!(request.method(), "GET");
        assert_eq!(
            request.uri(),
            "https://portal.sso.us-east-1.amazonaws.com/federation/credentials\
             ?role_name=Sample%20Role%2F%C3%A9&account_id=012345678901"
        );
        let token = &request.headers()["x-amz-sso_bearer_token"];
        assert!(token.is_sensitive() && token == "very-secret");
        assert!(
            !format!("{request:?} {:?}", with_operation(|operation| format!("{operation:?}")))
                .contains("very")
        );
    }

    #[test]
    fn response_has_credentials_and_expiration() {
        let credentials = read(200, &body(|_| ())).unwrap();
        assert_eq!(credentials.access_key_id(), "ASIARTESTID");
        assert_eq!(credentials.secret_access_key().expose(), "TESTSECRETKEY");
        assert_eq!(credentials.session_token().unwrap().expose(), "TESTSESSIONTOKEN");
        assert_eq!(credentials.expires_at().unwrap().to_string(), "2022-05-02T18:36:00Z");
        assert_eq!(credentials.account_id().unwrap().as_str(), "012345678901");
    }

    #[test]
    fn response_without_valid_credentials_is_an_error() {
        for key in ["accessKeyId", "secretAccessKey", "sessionToken"] {
            for value in ["null", r#""""#, "1", r#""a b""#, r#""a\nb""#] {
                let value: serde_json::Value = serde_json::from_str(value).unwrap();
                check_malformed(&body(|keys| keys[key] = value));
            }
        }
        for value in ["null", "0", "-1", r#""2022""#, "1.5", "9223372036854775807", "1e30"] {
            let value: serde_json::Value = serde_json::from_str(value).unwrap();
            check_malformed(&body(|keys| keys["expiration"] = value));
        }
        check_malformed(&body(|keys| *keys = serde_json::Value::Null));
        for body in
            ["", "{}", "null", "<html>sign in to this network</html>", r#"{"message": "x"}"#]
        {
            check_malformed(body.as_bytes());
        }
    }

    #[track_caller]
    fn check_malformed(body: &[u8]) {
        let error = read(200, body).unwrap_err();
        let expected = "expected role credentials, got something else (HTTP 200)";
        assert_eq!(error.to_string(), expected, "{}", String::from_utf8_lossy(body));
    }

    #[test]
    fn error_names_account_and_role() {
        let error =
            read(403, br#"{"message": "No access", "__type": "portal#ForbiddenException"}"#);
        let error = error.unwrap_err();
        let ErrorKind::Forbidden(subject) = error.kind() else { panic!("{error:?}") };
        assert_eq!(subject.to_string(), "role `Sample Role/é` in account `012345678901`");
    }

    proptest! {
        #[test]
        fn any_other_response_is_an_error(
            status in 200_u16..600,
            body in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            prop_assert!(read(status, &body).is_err());
        }

        #[test]
        fn any_expiration_is_positive_or_an_error(millis in any::<i64>()) {
            if let Ok(credentials) = read(200, &body(|keys| keys["expiration"] = millis.into())) {
                prop_assert!(0 < millis);
                prop_assert_eq!(credentials.expires_at().unwrap().unix_seconds(), millis / 1000);
            }
        }
    }
}
