//! `GetSessionToken`: temporary keys of a user, once a device has been seen.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use std::time::Duration;

use vestibule_types::Credentials;
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable};

use crate::assumed_role::credentials;
use crate::limits::seconds;
use crate::query::{Answer, Form, error_code};
use crate::{Error, Mfa};

/// Asks for temporary keys. To be signed with the lasting keys of an IAM user.
#[derive(Clone, Copy, Debug, Default)]
pub struct GetSessionToken<'a> {
    duration: Option<Duration>,
    mfa: Option<Mfa<'a>>,
}

impl<'a> GetSessionToken<'a> {
    /// With keys that last this long, in whole seconds: 15 minutes to 36 hours. Unset, it is 12
    /// hours.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// With proof that a device is at hand.
    #[must_use]
    pub fn with_mfa(mut self, mfa: impl Into<Option<Mfa<'a>>>) -> Self {
        self.mfa = mfa.into();
        self
    }
}

impl Operation for GetSessionToken<'_> {
    type Output = Credentials;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        let mut form = Form::new("GetSessionToken");
        form.set_if("DurationSeconds", self.duration.map(seconds));
        if let Some(mfa) = &self.mfa {
            mfa.write(&mut form);
        }
        form.post(at)
    }

    fn read(&self, response: &Response) -> Result<Credentials, Error> {
        let secrets: Vec<_> = self.mfa.map(|mfa| mfa.code.expose()).into_iter().collect();
        credentials(&Answer::read(response, "GetSessionToken", &secrets)?)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
