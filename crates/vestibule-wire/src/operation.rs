use bytes::Bytes;

use crate::retry::{Outcome, Policy};
use crate::{Body, Endpoint, Unsendable, rest_json};

/// A request, whole.
pub type Request = http::Request<Body>;

/// A response, whole; whoever read it bounded its size.
pub type Response = http::Response<Bytes>;

/// One call to one service: how to ask, and how to read the answer.
pub trait Operation {
    /// What a good answer holds.
    type Output;
    /// What a bad one says.
    type Error: std::error::Error + Send + Sync + 'static;

    /// How to ask.
    ///
    /// # Errors
    /// A value that no request can carry, such as a token with a line break in it.
    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable>;

    /// How to read the answer, good or bad.
    ///
    /// # Errors
    /// The service's refusal, or an answer that is none.
    fn read(&self, response: &Response) -> Result<Self::Output, Self::Error>;

    /// The service's code in a bad answer, for deciding whether to ask again.
    fn error_code(&self, response: &Response) -> Option<String> {
        rest_json::error_code(response)
    }

    /// Returns whether the response calls for a retry.
    fn outcome(&self, response: &Response) -> Outcome {
        Outcome::of(response, self.error_code(response).as_deref())
    }

    /// How patiently to ask.
    fn retry(&self) -> Policy {
        Policy::STANDARD
    }
}
