//! `AssumeRoleWithSAML`: role credentials for a SAML assertion.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>

use vestibule_types::{RoleArn, Secret};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::query::{Form, QueryResponse, error_code};
use crate::{AssumedRole, Error, Limits};

const NAME: &str = "AssumeRoleWithSAML";

/// The operation that returns role credentials for an assertion of a SAML identity provider.
///
/// The request is not signed.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRoleWithSaml<'a> {
    role_arn: &'a RoleArn,
    principal_arn: &'a str,
    assertion: &'a Secret,
    limits: Limits<'a>,
}

impl<'a> AssumeRoleWithSaml<'a> {
    /// Creates a request for a role with a base64 assertion, which also names the session;
    /// `principal_arn` is the ARN of the identity provider.
    #[inline]
    pub fn new(role_arn: &'a RoleArn, principal_arn: &'a str, assertion: &'a Secret) -> Self {
        Self { role_arn, principal_arn, assertion, limits: Limits::default() }
    }

    /// Sets limits of the session.
    #[must_use]
    #[inline]
    pub fn with_limits(mut self, limits: Limits<'a>) -> Self {
        self.limits = limits;
        self
    }
}

impl Operation for AssumeRoleWithSaml<'_> {
    type Output = AssumedRole;
    type Error = Error;

    #[inline]
    fn name(&self) -> &'static str {
        NAME
    }

    #[inline]
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let mut form = Form::new(NAME);
        form.set("RoleArn", self.role_arn.as_str());
        form.set("PrincipalArn", self.principal_arn);
        form.set("SAMLAssertion", self.assertion.expose());
        self.limits.write(&mut form);
        form.post(endpoint)
    }

    #[inline]
    fn read(&self, response: &Response) -> Result<AssumedRole, Error> {
        AssumedRole::read(&QueryResponse::read(response, NAME, &[self.assertion.expose()])?)
    }

    #[inline]
    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
