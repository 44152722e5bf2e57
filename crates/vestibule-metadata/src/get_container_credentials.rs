//! The keys that a container's endpoint gives out.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html> (read 2026-11)

use vestibule_types::Credentials;
use vestibule_wire::{AnswerError, Endpoint, Operation, Request, Response, Unsendable};

use crate::{ContainerToken, ContainerUri, document};

/// Asks for the credentials of a container; at [`ContainerUri::endpoint`], and nowhere else.
///
/// What comes may have expired: whether to use it is for a cache to say.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the question")]
pub struct GetContainerCredentials<'a> {
    /// Where to ask.
    pub uri: &'a ContainerUri,
    /// What to show. ECS wants nothing, EKS and Greengrass do.
    pub token: Option<&'a ContainerToken>,
}

impl Operation for GetContainerCredentials<'_> {
    type Output = Credentials;
    type Error = AnswerError;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        let request = at.get(self.uri.path()).header("accept", "application/json");
        match self.token {
            Some(token) => request.secret_header("authorization", token.secret().expose()),
            None => request,
        }
        .finish()
    }

    fn read(&self, response: &Response) -> Result<Credentials, AnswerError> {
        let token = self.token.map(ContainerToken::secret);
        document::read(response).map_err(|error| document::without(error, token))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_types::Vars;

    use super::*;

    #[test]
    fn the_question() {
        let vars = Vars::default().with("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2?a=1");
        let uri = ContainerUri::choose(&vars, |_| unreachable!()).unwrap().unwrap();
        let token = ContainerToken::new("very-secret").unwrap();
        let ask = GetContainerCredentials { uri: &uri, token: Some(&token) };
        let request = ask.request(uri.endpoint()).unwrap();
        assert_eq!(request.uri(), "http://169.254.170.2/v2?a=1");
        assert_eq!(request.headers()["accept"], "application/json");
        assert_eq!(request.headers()["authorization"], "very-secret");
        assert!(!format!("{request:?} {ask:?}").contains("very"));

        let refusal = Bytes::from_static(br#"{"code": "Denied", "message": "not very-secret"}"#);
        let response = http::Response::builder().status(401).body(refusal).unwrap();
        assert_eq!(ask.read(&response).unwrap_err().to_string(), "Denied: not … (HTTP 401)");
    }
}
