//! `GetCallerIdentity`: the identity that credentials belong to.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use vestibule_types::AccountId;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::Error;
use crate::query::{Form, QueryResponse, error_code};

/// The operation that returns the identity of the credentials that sign the request.
///
/// No permission is needed.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the API has no parameters")]
pub struct GetCallerIdentity;

/// The identity that signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The unique id; for a role session, the id of the role and the session name.
    pub user_id: String,
    /// The account id.
    pub account: AccountId,
    /// The ARN.
    pub arn: String,
}

impl Operation for GetCallerIdentity {
    type Output = CallerIdentity;
    type Error = Error;

    #[inline]
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        Form::new("GetCallerIdentity").post(endpoint)
    }

    #[inline]
    fn read(&self, response: &Response) -> Result<CallerIdentity, Error> {
        let result = QueryResponse::read(response, "GetCallerIdentity", &[])?;
        let text = |text: &str| Some(text.to_owned());
        Ok(CallerIdentity {
            user_id: result.require("UserId", text)?,
            account: result.require("Account", |id| AccountId::new(id).ok())?,
            arn: result.require("Arn", text)?,
        })
    }

    #[inline]
    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
