use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::Folder;
use vestibule_profile::Role;
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_sts::sigv4::{Signer, Skew};
use vestibule_sts::{Limits, Mfa, RoleSessionName};
use vestibule_types::Secret;
use vestibule_world::{BoxFuture, CallError, World};

use crate::role_cache::{Issued, Issuer, RoleCache};
use crate::{MfaPrompt, Sts, assumed_role_file};

const NAME: &str = "assume-role";

/// A role, assumed with the credentials of another provider.
///
/// Unlike the SDK for Rust it honors `duration_seconds` and `mfa_serial`, as botocore does. A
/// person is asked for a code only once there is something to sign with.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct AssumeRole<P> {
    source: P,
    role: Role,
    sts: Sts,
    prompt: MfaPrompt,
    skew: Skew,
    cache: RoleCache,
}

impl<P: Provider> AssumeRole<P> {
    /// A role, whose credentials it takes, and the STS to ask; that there is none matters only
    /// once there are credentials to ask with.
    pub fn new(source: P, role: Role, sts: Sts) -> Self {
        let (prompt, cache) = (MfaPrompt::default(), RoleCache::of(Issuer::Sts));
        Self { source, role, sts, prompt, skew: Skew::default(), cache }
    }

    /// Asks this way for codes of the role's MFA device.
    #[must_use]
    pub fn with_mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.prompt = prompt;
        self
    }

    /// Signs by what is known of STS's clock, shared with whoever else holds it.
    #[must_use]
    pub fn with_skew(mut self, skew: Skew) -> Self {
        self.skew = skew;
        self
    }

    /// Shares the credentials with other programs through this folder, in the files of the AWS CLI.
    #[must_use]
    pub fn with_cache(mut self, folder: impl Into<Option<Folder>>) -> Self {
        self.cache.folder = folder.into();
        self
    }

    /// Takes shared credentials only if they last longer than this; at least the AWS CLI's 15
    /// minutes.
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.cache.min_remaining = span;
        self
    }

    async fn assume(&self, world: &World) -> Result<Answer<Issued>, ProvideError> {
        let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
            ProvideError::new(NAME, ProvideErrorKind::Configuration, error)
                .chosen_by(&self.role.arn.origin.to_string())
        };
        let source = match self.source.provide(world).await? {
            Answer::Credentials(credentials) => credentials,
            Answer::NotConfigured(reason) => return Ok(Answer::NotConfigured(reason)),
        };
        let found = self.sts.signed(world).await;
        let (at, region) = found.map_err(|error| wrong(error.into()))?;
        let name = match &self.role.session_name {
            Some(name) => RoleSessionName::new(&name.value)
                .map_err(|error| wrong(format!("{error} ({})", name.origin).into()))?,
            None => RoleSessionName::generate(world.clock.now()),
        };
        let code = self.code().await?;
        let device = self.role.mfa_serial.as_ref();
        let mfa = device.zip(code.as_ref());
        let mfa = mfa.map(|(device, code)| Mfa { serial: &device.value, code });
        let mut limits = Limits::default();
        if let Some(duration) = &self.role.duration {
            limits = limits.with_duration(duration.value);
        }
        let mut ask = vestibule_sts::AssumeRole::new(&self.role.arn.value, &name)
            .with_limits(limits)
            .with_mfa(mfa);
        if let Some(id) = &self.role.external_id {
            ask = ask.with_external_id(id.value.as_str());
        }
        let signer =
            Signer::new(source, region, vestibule_sts::SERVICE).with_skew(self.skew.clone());
        let assumed = world.call(&at, &signer, &ask).await;
        let assumed = assumed.map_err(|error| self.refused(error))?;
        Ok(Answer::Credentials(assumed.credentials.into()))
    }

    /// What the role's MFA device shows, if it has one.
    async fn code(&self) -> Result<Option<Secret>, ProvideError> {
        let Some(device) = &self.role.mfa_serial else { return Ok(None) };
        let code = self.prompt.code(NAME, &device.value).await;
        code.map(Some).map_err(|error| error.chosen_by(&format!("mfa_serial, {}", device.origin)))
    }

    fn refused(&self, error: CallError<vestibule_sts::Error>) -> ProvideError {
        let kind = sts_error_kind(&error);
        let role = self.role.arn.value.to_string();
        let clock = self.skew.complaint();
        let refused = Refused { role, clock, source: error };
        let origin = &self.role.arn.origin;
        let by = match &*self.role.profile {
            "" => origin.to_string(),
            profile => format!("role_arn of profile `{profile}`, {origin}"),
        };
        ProvideError::new(NAME, kind, refused).chosen_by(&by)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("role `{role}` could not be assumed{}", clock.as_ref().map(|clock| format!(": {clock}")).unwrap_or_default())]
struct Refused {
    role: String,
    clock: Option<String>,
    #[source]
    source: CallError<vestibule_sts::Error>,
}

impl<P: Provider> Provider for AssumeRole<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        self.cache.or_ask(world, assumed_role_file(&self.role), Box::pin(self.assume(world)))
    }
}

/// What to make of a failed call to STS.
pub(crate) fn sts_error_kind(error: &CallError<vestibule_sts::Error>) -> ProvideErrorKind {
    match error {
        CallError::Transport(error) if error.kind.is_transient() => ProvideErrorKind::Transient,
        CallError::Transport(_) | CallError::Unsendable(_) => ProvideErrorKind::Refused,
        CallError::Answer(answer) if answer.is_permanent() => ProvideErrorKind::Refused,
        CallError::Answer(answer) if answer.is_transient() => ProvideErrorKind::Transient,
        CallError::Answer(_) => ProvideErrorKind::Rejected,
    }
}

/// For sources that are kept behind a pointer.
pub(crate) type Source = Arc<dyn Provider>;

#[cfg(test)]
mod tests;
