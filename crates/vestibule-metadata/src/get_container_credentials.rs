//! `GetContainerCredentials`: the credentials of a container.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html> (read 2026-11)

use vestibule_types::Credentials;
use vestibule_wire::retry::Outcome;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, ResponseError};

use crate::{ContainerToken, ContainerUri, document};

/// The operation that returns the credentials of a container.
///
/// The request must be sent to [`ContainerUri::endpoint`].
///
/// The service may return expired credentials; callers check the expiration.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct GetContainerCredentials<'a> {
    /// The URI of the credentials.
    pub uri: &'a ContainerUri,
    /// The authorization token, which EKS and Greengrass require and ECS does not.
    pub token: Option<&'a ContainerToken>,
}

impl Operation for GetContainerCredentials<'_> {
    type Output = Credentials;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let request = endpoint.get(self.uri.path()).header("accept", "application/json");
        match self.token {
            Some(token) => request.secret_header("authorization", token.secret().expose()),
            None => request,
        }
        .finish()
    }

    fn outcome(&self, response: &Response) -> Outcome {
        document::outcome(response, &self.read(response))
    }

    fn read(&self, response: &Response) -> Result<Credentials, ResponseError> {
        let token = self.token.map_or("", |token| token.secret().expose());
        document::read_credentials(response).map_err(|error| error.without_secrets(&[token]))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_types::Vars;

    use super::*;

    #[test]
    fn request_has_the_token_and_error_does_not() {
        let vars = Vars::default().with("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2?a=1");
        let uri = ContainerUri::from_vars(&vars, |_| unreachable!()).unwrap().unwrap();
        let token = ContainerToken::new("very-secret").unwrap();
        let operation = GetContainerCredentials { uri: &uri, token: Some(&token) };
        let request = operation.request(uri.endpoint()).unwrap();
        assert_eq!(request.uri(), "http://169.254.170.2/v2?a=1");
        assert_eq!(request.headers()["accept"], "application/json");
        assert_eq!(request.headers()["authorization"], "very-secret");
        assert!(!format!("{request:?} {operation:?}").contains("very"));

        let body = Bytes::from_static(br#"{"code": "Denied", "message": "not very-secret"}"#);
        let response = http::Response::builder().status(401).body(body).unwrap();
        assert_eq!(operation.read(&response).unwrap_err().to_string(), "Denied: not … (HTTP 401)");
    }
}
