//! `AssumeRoleWithWebIdentity`: role credentials for a token of an `OpenID` Connect provider.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use vestibule_types::{RoleArn, RoleSessionName, Secret};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::query::{Form, QueryResponse, error_code};
use crate::{AssumedRole, Error, Limits};

const NAME: &str = "AssumeRoleWithWebIdentity";

/// The operation that returns role credentials for a token of an `OpenID` Connect provider.
///
/// The request is not signed.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRoleWithWebIdentity<'a> {
    role_arn: &'a RoleArn,
    session_name: &'a RoleSessionName,
    token: &'a Secret,
    limits: Limits<'a>,
}

impl<'a> AssumeRoleWithWebIdentity<'a> {
    /// Creates a request for a role; `CloudTrail` shows the session name.
    pub fn new(
        role_arn: &'a RoleArn,
        session_name: &'a RoleSessionName,
        token: &'a Secret,
    ) -> Self {
        Self { role_arn, session_name, token, limits: Limits::default() }
    }

    /// Sets limits of the session.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits<'a>) -> Self {
        self.limits = limits;
        self
    }
}

impl Operation for AssumeRoleWithWebIdentity<'_> {
    type Output = AssumedRole;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let mut form = Form::new(NAME);
        form.set("RoleArn", self.role_arn.as_str());
        form.set("RoleSessionName", self.session_name.as_str());
        form.set("WebIdentityToken", self.token.expose());
        self.limits.write(&mut form);
        form.post(endpoint)
    }

    fn read(&self, response: &Response) -> Result<AssumedRole, Error> {
        AssumedRole::read(&QueryResponse::read(response, NAME, &[self.token.expose()])?)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
