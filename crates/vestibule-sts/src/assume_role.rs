//! `AssumeRole`: role credentials for an identity that the role trusts.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use vestibule_types::{RoleArn, RoleSessionName, Secret};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};

use crate::query::{Form, QueryResponse, error_code};
use crate::{AssumedRole, Error, Limits, Mfa};

/// The operation that returns role credentials.
///
/// The request is signed by an identity that the role trusts.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRole<'a> {
    role_arn: &'a RoleArn,
    session_name: &'a RoleSessionName,
    limits: Limits<'a>,
    tags: &'a [(&'a str, &'a str)],
    transitive_tags: &'a [&'a str],
    external_id: Option<&'a str>,
    mfa: Option<Mfa<'a>>,
    source_identity: Option<&'a str>,
    context: Option<(&'a str, &'a Secret)>,
}

impl<'a> AssumeRole<'a> {
    /// Creates a request for a role; `CloudTrail` shows the session name.
    pub fn new(role_arn: &'a RoleArn, session_name: &'a RoleSessionName) -> Self {
        Self {
            role_arn,
            session_name,
            limits: Limits::default(),
            tags: &[],
            transitive_tags: &[],
            external_id: None,
            mfa: None,
            source_identity: None,
            context: None,
        }
    }

    /// Sets limits of the session.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits<'a>) -> Self {
        self.limits = limits;
        self
    }

    /// Sets session tags, fifty at most.
    #[must_use]
    pub fn with_tags(mut self, tags: &'a [(&'a str, &'a str)]) -> Self {
        self.tags = tags;
        self
    }

    /// Sets the keys of the tags that role chaining passes on.
    #[must_use]
    pub fn with_transitive_tags(mut self, keys: &'a [&'a str]) -> Self {
        self.transitive_tags = keys;
        self
    }

    /// Sets the external id, which the owner of another account's role may require.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.external_id = id.into();
        self
    }

    /// Sets the MFA device and its code.
    #[must_use]
    pub fn with_mfa(mut self, mfa: impl Into<Option<Mfa<'a>>>) -> Self {
        self.mfa = mfa.into();
        self
    }

    /// Sets the source identity, which role chaining passes on.
    #[must_use]
    pub fn with_source_identity(mut self, name: impl Into<Option<&'a str>>) -> Self {
        self.source_identity = name.into();
        self
    }

    /// Sets the assertion of a context provider about the user (trusted identity propagation): the
    /// ARN of the provider, and the assertion.
    #[must_use]
    pub fn with_context(mut self, provider_arn: &'a str, assertion: &'a Secret) -> Self {
        self.context = Some((provider_arn, assertion));
        self
    }

    fn secrets(&self) -> Vec<&'a str> {
        let code = self.mfa.map(|mfa| mfa.code.expose());
        let assertion = self.context.map(|(_, assertion)| assertion.expose());
        [code, assertion].into_iter().flatten().collect()
    }
}

impl Operation for AssumeRole<'_> {
    type Output = AssumedRole;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let mut form = Form::new("AssumeRole");
        form.set("RoleArn", self.role_arn.as_str());
        form.set("RoleSessionName", self.session_name.as_str());
        self.limits.write(&mut form);
        for (n, (key, value)) in (1..).zip(self.tags) {
            form.set(format!("Tags.member.{n}.Key"), *key);
            form.set(format!("Tags.member.{n}.Value"), *value);
        }
        for (n, key) in (1..).zip(self.transitive_tags) {
            form.set(format!("TransitiveTagKeys.member.{n}"), *key);
        }
        form.set_if("ExternalId", self.external_id);
        if let Some(mfa) = &self.mfa {
            mfa.write(&mut form);
        }
        form.set_if("SourceIdentity", self.source_identity);
        if let Some((provider, assertion)) = self.context {
            form.set("ProvidedContexts.member.1.ProviderArn", provider);
            form.set("ProvidedContexts.member.1.ContextAssertion", assertion.expose());
        }
        form.post(endpoint)
    }

    fn read(&self, response: &Response) -> Result<AssumedRole, Error> {
        AssumedRole::read(&QueryResponse::read(response, "AssumeRole", &self.secrets())?)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
