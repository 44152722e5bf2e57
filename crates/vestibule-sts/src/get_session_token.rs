//! `GetSessionToken`: temporary credentials of an IAM user, usually after MFA.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use std::time::Duration;

use vestibule_types::Credentials;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::assumed_role::credentials;
use crate::limits::seconds;
use crate::query::{Form, QueryResponse, error_code};
use crate::{Error, Mfa};

/// The operation that returns temporary credentials.
///
/// The request is signed with the access keys of an IAM user.
#[derive(Clone, Copy, Debug, Default)]
pub struct GetSessionToken<'a> {
    duration: Option<Duration>,
    mfa: Option<Mfa<'a>>,
}

impl<'a> GetSessionToken<'a> {
    /// Sets the lifetime of the credentials, in whole seconds: 15 minutes to 36 hours. 12 hours if
    /// unset.
    #[must_use]
    #[inline]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// Sets the MFA device and its code.
    #[must_use]
    #[inline]
    pub fn with_mfa(mut self, mfa: impl Into<Option<Mfa<'a>>>) -> Self {
        self.mfa = mfa.into();
        self
    }
}

impl Operation for GetSessionToken<'_> {
    type Output = Credentials;
    type Error = Error;

    #[inline]
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let mut form = Form::new("GetSessionToken");
        form.set_if("DurationSeconds", self.duration.map(seconds));
        if let Some(mfa) = &self.mfa {
            mfa.write(&mut form);
        }
        form.post(endpoint)
    }

    #[inline]
    fn read(&self, response: &Response) -> Result<Credentials, Error> {
        let secrets: Vec<_> = self.mfa.map(|mfa| mfa.code.expose()).into_iter().collect();
        credentials(&QueryResponse::read(response, "GetSessionToken", &secrets)?)
    }

    #[inline]
    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
