//! `GetCallerIdentity`: who the credentials are.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use vestibule_types::AccountId;
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable};

use crate::Error;
use crate::query::{Answer, Form, error_code};

/// Asks whose the signature is. Nobody needs permission for it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the question has no parameters")]
pub struct GetCallerIdentity;

/// Who made a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The unique id; for a session, that of the role and the session's name.
    pub user_id: String,
    /// The account.
    pub account: AccountId,
    /// The ARN.
    pub arn: String,
}

impl Operation for GetCallerIdentity {
    type Output = CallerIdentity;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        Form::new("GetCallerIdentity").post(at)
    }

    fn read(&self, response: &Response) -> Result<CallerIdentity, Error> {
        let answer = Answer::read(response, "GetCallerIdentity", &[])?;
        let text = |text: &str| Some(text.to_owned());
        Ok(CallerIdentity {
            user_id: answer.require("UserId", text)?,
            account: answer.require("Account", |id| AccountId::new(id).ok())?,
            arn: answer.require("Arn", text)?,
        })
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
