use bytes::Bytes;

use crate::retry::{Outcome, Policy};
use crate::{Body, Endpoint, RequestError, RequestInfo, rest_json};

/// A complete request.
pub type Request = http::Request<Body>;

/// A complete response, whose size the transport has limited.
pub type Response = http::Response<Bytes>;

/// One call to one service: its request, and the reading of its response.
pub trait Operation {
    /// The content of a successful response.
    type Output;
    /// The error of any other response.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Returns the request.
    ///
    /// # Errors
    /// A value that no request can contain, such as a token with a line break.
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError>;

    /// Reads the response.
    ///
    /// # Errors
    /// The error of the service, or a malformed response.
    fn read(&self, response: &Response) -> Result<Self::Output, Self::Error>;

    /// Returns the error code of a response, which decides about retries.
    fn error_code(&self, response: &Response) -> Option<String> {
        rest_json::error_code(response)
    }

    /// Returns whether the response calls for a retry.
    fn outcome(&self, response: &Response) -> Outcome {
        Outcome::from_response(response, self.error_code(response).as_deref())
    }

    /// Returns the retry policy of the operation.
    fn retry(&self) -> Policy {
        Policy::STANDARD
    }

    /// Returns the name of the operation, for logs: that of this type by default.
    fn name(&self) -> &'static str {
        last_segment(std::any::type_name::<Self>())
    }

    /// Returns the request with the name of the operation.
    ///
    /// # Errors
    /// As [`Operation::request`].
    fn named_request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        Ok(named(self.request(endpoint)?, self.name()))
    }
}

/// Returns the name of a type without its path and its parameters.
fn last_segment(type_name: &'static str) -> &'static str {
    let path = type_name.split_once('<').map_or(type_name, |(path, _)| path);
    path.rsplit_once(':').map_or(path, |(_, name)| name)
}

/// Adds the name of its operation to a request.
fn named(mut request: Request, operation: &'static str) -> Request {
    request.extensions_mut().insert(RequestInfo { operation, attempt: 1 });
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResponseError;

    struct ListThings<'a>(&'a str);

    impl Operation for ListThings<'_> {
        type Output = ();
        type Error = ResponseError;

        fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
            endpoint.get(self.0).finish()
        }

        fn read(&self, response: &Response) -> Result<(), ResponseError> {
            rest_json::read_empty(response)
        }
    }

    #[test]
    fn operation_has_the_name_of_its_type() {
        let endpoint = Endpoint::parse("https://portal.test/base", None).unwrap();
        let request = ListThings("/things").named_request(&endpoint).unwrap();
        assert_eq!(*request.uri(), "https://portal.test/base/things");
        let info = request.extensions().get::<RequestInfo>();
        assert_eq!(info, Some(&RequestInfo { operation: "ListThings", attempt: 1 }));
    }

    #[test]
    fn response_is_judged_by_its_error_code() {
        let operation = ListThings("/things");
        let response = |status: u16, body: &'static str| {
            http::Response::builder()
                .status(status)
                .body(Bytes::from_static(body.as_bytes()))
                .unwrap()
        };
        let throttled = response(400, r#"{"__type": "ThrottlingException"}"#);
        assert_eq!(operation.error_code(&throttled).as_deref(), Some("ThrottlingException"));
        assert_eq!(operation.outcome(&throttled), Outcome::Throttled(None));
        assert!(operation.read(&throttled).is_err());
        let success = response(204, r#"{"__type": "ThrottlingException"}"#);
        assert_eq!(operation.error_code(&success), None);
        assert_eq!(operation.read(&success), Ok(()));
        assert_eq!(operation.retry(), Policy::STANDARD);
    }
}
