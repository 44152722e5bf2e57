//! `AssumeRoleWithSAML` and `AssumeRoleWithWebIdentity`: role credentials for a token of an identity
//! provider.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use vestibule_types::{RoleArn, Secret};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::query::{Form, QueryResponse, error_code};
use crate::{AssumedRole, Error, Limits, RoleSessionName};

/// The operations that return role credentials for a token of an identity provider that the role
/// trusts. Their requests are not signed.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRoleWithToken<'a> {
    action: &'static str,
    role_arn: &'a RoleArn,
    /// The parameter that only one of the operations has.
    parameter: (&'static str, &'a str),
    token: (&'static str, &'a Secret),
    limits: Limits<'a>,
}

impl<'a> AssumeRoleWithToken<'a> {
    /// Creates a request for a role with a base64 SAML assertion, which also names the session;
    /// `principal_arn` is the ARN of the identity provider.
    pub fn saml(role_arn: &'a RoleArn, principal_arn: &'a str, assertion: &'a Secret) -> Self {
        Self {
            action: "AssumeRoleWithSAML",
            role_arn,
            parameter: ("PrincipalArn", principal_arn),
            token: ("SAMLAssertion", assertion),
            limits: Limits::default(),
        }
    }

    /// Creates a request for a role with a token of an `OpenID` Connect provider.
    pub fn web_identity(
        role_arn: &'a RoleArn,
        session_name: &'a RoleSessionName,
        token: &'a Secret,
    ) -> Self {
        Self {
            action: "AssumeRoleWithWebIdentity",
            role_arn,
            parameter: ("RoleSessionName", session_name.as_str()),
            token: ("WebIdentityToken", token),
            limits: Limits::default(),
        }
    }

    /// Sets limits of the session.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits<'a>) -> Self {
        self.limits = limits;
        self
    }
}

impl Operation for AssumeRoleWithToken<'_> {
    type Output = AssumedRole;
    type Error = Error;

    fn name(&self) -> &'static str {
        self.action
    }

    fn request(&self, at: &Endpoint) -> Result<Request, RequestError> {
        let mut form = Form::new(self.action);
        form.set("RoleArn", self.role_arn.as_str());
        form.set(self.parameter.0, self.parameter.1);
        form.set(self.token.0, self.token.1.expose());
        self.limits.write(&mut form);
        form.post(at)
    }

    fn read(&self, response: &Response) -> Result<AssumedRole, Error> {
        let secrets = [self.token.1.expose()];
        AssumedRole::read(&QueryResponse::read(response, self.action, &secrets)?)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
