use std::sync::Arc;

use vestibule_profile::Role;
use vestibule_provider::{ChosenBy, Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_sts::sigv4::{ClockSkew, Signer};
use vestibule_sts::{Limits, Mfa};
use vestibule_types::{RoleSessionName, Secret};
use vestibule_world::{BoxFuture, CallError, World};

use crate::sts::not_assumed;
use crate::{MfaPrompt, Sts};

#[cfg(feature = "cli-cache")]
mod shared;

const NAME: &str = "assume-role";

/// A role, assumed with the credentials of another provider.
///
/// `duration_seconds` and `mfa_serial` are honored, as in botocore; the SDK for Rust ignores them.
/// The prompt for an MFA code comes after the source credentials are known.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct AssumeRole<P> {
    source: P,
    role: Role,
    sts: Sts,
    prompt: MfaPrompt,
    skew: ClockSkew,
    policy: RefreshPolicy,
}

impl<P: Provider> AssumeRole<P> {
    /// Assumes this role with the credentials of `source`, at this STS endpoint.
    pub fn new(source: P, role: Role, sts: Sts) -> Self {
        let policy =
            if role.mfa_serial.is_some() { RefreshPolicy::Strict } else { RefreshPolicy::EARLY };
        Self { source, role, sts, prompt: MfaPrompt::default(), skew: ClockSkew::default(), policy }
    }

    /// Sets the prompt for codes of the role's MFA device.
    #[must_use]
    pub fn with_mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.prompt = prompt;
        self
    }

    /// Sets the refresh policy. Default: [`RefreshPolicy::EARLY`], or [`RefreshPolicy::Strict`] for a
    /// role with an MFA device, so that the user is not prompted earlier than necessary.
    #[must_use]
    pub fn with_refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the clock skew of STS, which may be shared with other callers.
    #[must_use]
    pub fn with_skew(mut self, skew: ClockSkew) -> Self {
        self.skew = skew;
        self
    }

    async fn assume(&self, world: &World) -> Result<Lookup, Error> {
        let source = match self.source.provide(world).await? {
            Lookup::Credentials(credentials) => credentials,
            Lookup::NotConfigured(reason) => return Ok(Lookup::NotConfigured(reason)),
        };
        let (endpoint, region) = self.sts.endpoint_and_region(world).await.map_err(|error| {
            Error::new(NAME, ErrorKind::Configuration, error)
                .with_chosen_by(self.role.arn.origin.clone().into())
        })?;
        let name = match &self.role.session_name {
            Some(name) => &name.value,
            None => &RoleSessionName::generate(world.clock.now()),
        };
        let code = self.code().await?;
        let device = self.role.mfa_serial.as_ref();
        let mfa = device.zip(code.as_ref());
        let mfa = mfa.map(|(device, code)| Mfa { serial: &device.value, code });
        let mut limits = Limits::default();
        if let Some(duration) = &self.role.duration {
            limits = limits.with_duration(duration.value);
        }
        let mut request = vestibule_sts::AssumeRole::new(&self.role.arn.value, name)
            .with_limits(limits)
            .with_mfa(mfa);
        if let Some(id) = &self.role.external_id {
            request = request.with_external_id(id.value.as_str());
        }
        let signer =
            Signer::new(source, region, vestibule_sts::SERVICE).with_skew(self.skew.clone());
        let assumed = world.call(&endpoint, &signer, &request).await;
        let assumed = assumed.map_err(|error| self.not_assumed(error))?;
        Ok(Lookup::Credentials(assumed.credentials))
    }

    /// Returns a code of the role's MFA device, if the role has one.
    async fn code(&self) -> Result<Option<Secret>, Error> {
        let Some(device) = &self.role.mfa_serial else { return Ok(None) };
        let code = self.prompt.code(NAME, &device.value).await;
        code.map(Some)
            .map_err(|error| error.with_chosen_by(ChosenBy::setting("mfa_serial", &device.origin)))
    }

    fn not_assumed(&self, error: CallError<vestibule_sts::Error>) -> Error {
        let origin = &self.role.arn.origin;
        let chosen_by = match &*self.role.profile {
            "" => origin.clone().into(),
            profile => ChosenBy::setting(format!("role_arn of profile `{profile}`"), origin),
        };
        not_assumed(NAME, &self.role.arn.value, self.skew.note(), error).with_chosen_by(chosen_by)
    }
}

impl<P: Provider> Provider for AssumeRole<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.assume(world))
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.policy
    }
}

/// A source behind a pointer.
pub(crate) type Source = Arc<dyn Provider>;

#[cfg(test)]
#[cfg(feature = "cli-cache")]
mod tests;
