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
    fn request(&self, at: &Endpoint) -> Result<Request, RequestError>;

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
        let path = std::any::type_name::<Self>().split('<').next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default()
    }

    /// Returns the request with the name of the operation.
    ///
    /// # Errors
    /// As [`Operation::request`].
    fn named_request(&self, at: &Endpoint) -> Result<Request, RequestError> {
        let mut request = self.request(at)?;
        request.extensions_mut().insert(RequestInfo { operation: self.name(), attempt: 1 });
        Ok(request)
    }
}
