//! `AssumeRole`: keys of a role, for who may take it.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use vestibule_types::{RoleArn, Secret};
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable};

use crate::query::{Answer, Form, error_code};
use crate::{AssumedRole, Error, Limits, Mfa, RoleSessionName};

/// Asks for a session of a role. To be signed by an identity that the role trusts.
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
    /// Takes a role under a name that `CloudTrail` will show.
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

    /// With a session shorter or weaker than the role allows.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits<'a>) -> Self {
        self.limits = limits;
        self
    }

    /// With session tags, fifty at most.
    #[must_use]
    pub fn with_tags(mut self, tags: &'a [(&'a str, &'a str)]) -> Self {
        self.tags = tags;
        self
    }

    /// With tags that go on into sessions taken from this one, by their keys.
    #[must_use]
    pub fn with_transitive_tags(mut self, keys: &'a [&'a str]) -> Self {
        self.transitive_tags = keys;
        self
    }

    /// With what the owner of a foreign role asked to be told.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.external_id = id.into();
        self
    }

    /// With proof that a device is at hand.
    #[must_use]
    pub fn with_mfa(mut self, mfa: impl Into<Option<Mfa<'a>>>) -> Self {
        self.mfa = mfa.into();
        self
    }

    /// With a name that sticks through all sessions taken from this one.
    #[must_use]
    pub fn with_source_identity(mut self, name: impl Into<Option<&'a str>>) -> Self {
        self.source_identity = name.into();
        self
    }

    /// With an assertion by a context provider of who the person is (trusted identity
    /// propagation): the provider's ARN, and the assertion.
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

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
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
        form.post(at)
    }

    fn read(&self, response: &Response) -> Result<AssumedRole, Error> {
        AssumedRole::read(&Answer::read(response, "AssumeRole", &self.secrets())?)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        error_code(response)
    }
}
