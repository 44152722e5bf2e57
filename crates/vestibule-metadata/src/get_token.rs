//! `GetToken`: a session token of the instance metadata service.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html> (read 2026-11)

use http::Method;
use vestibule_types::Secret;
use vestibule_wire::retry::Outcome;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, ResponseError};

use crate::document;

/// The lifetime of a token in seconds: six hours, the maximum.
const TTL: &str = "21600";

/// The operation that returns a token of instance metadata version 2. Version 1 is never used.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the API has no parameters")]
pub struct GetToken;

/// A session token of instance metadata.
#[derive(Clone, Debug)]
pub struct InstanceToken(Secret);

impl InstanceToken {
    /// Returns a request with this token.
    pub(crate) fn get(&self, endpoint: &Endpoint, path: &str) -> Result<Request, RequestError> {
        endpoint.get(path).secret_header("x-aws-ec2-metadata-token", self.0.expose()).finish()
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

impl Operation for GetToken {
    type Output = InstanceToken;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let request = endpoint.post("/latest/api/token");
        let request = request.header("x-aws-ec2-metadata-token-ttl-seconds", TTL).finish();
        request.map(|mut request| {
            *request.method_mut() = Method::PUT;
            request
        })
    }

    fn outcome(&self, response: &Response) -> Outcome {
        document::outcome(response, &self.read(response))
    }

    fn read(&self, response: &Response) -> Result<InstanceToken, ResponseError> {
        let token = document::read_text(response, "a token of instance metadata")?;
        Ok(InstanceToken(Secret::new(token)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::instance_endpoint;

    pub(crate) fn token() -> InstanceToken {
        InstanceToken(Secret::new("very-secret"))
    }

    /// Returns a response of this status and body.
    pub(crate) fn response(status: u16, body: &'static str) -> Response {
        http::Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    /// Returns method, URI and token of a request to the default endpoint.
    pub(crate) fn describe_request(operation: &impl Operation) -> String {
        let request = operation.request(&instance_endpoint(None, None).unwrap()).unwrap();
        assert!(!format!("{request:?}").contains("very"));
        let token = request.headers().get("x-aws-ec2-metadata-token");
        let token = token.map_or("", |token| token.to_str().unwrap());
        format!("{} {} {token}", request.method(), request.uri())
    }

    #[test]
    fn token_is_requested_for_six_hours_and_sent_with_requests() {
        assert_eq!(describe_request(&GetToken), "PUT http://169.254.169.254/latest/api/token ");
        let request = GetToken.request(&instance_endpoint(None, None).unwrap()).unwrap();
        assert_eq!(request.headers()["x-aws-ec2-metadata-token-ttl-seconds"], "21600");

        let token = GetToken.read(&response(200, "very-secret==\n")).unwrap();
        let request = token.get(&instance_endpoint(None, None).unwrap(), "/").unwrap();
        assert_eq!(request.headers()["x-aws-ec2-metadata-token"], "very-secret==");
        assert!(!format!("{token:?}").contains("very"));
        for body in ["", "two words", "<html>\n</html>"] {
            let error = GetToken.read(&response(200, body)).unwrap_err();
            assert!(matches!(error, ResponseError::Malformed(_)), "{body}");
        }
        let error = GetToken.read(&response(403, "<html>")).unwrap_err();
        assert_eq!(error.to_string(), "the service gave no reason (HTTP 403)");
    }
}
