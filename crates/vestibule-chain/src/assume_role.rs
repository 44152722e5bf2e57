use std::sync::Arc;

use vestibule_profile::Role;
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{Limits, RoleSessionName};
use vestibule_wire::{Endpoint, EndpointError};
use vestibule_world::{BoxFuture, CallError, World};

const NAME: &str = "assume-role";

/// A role, assumed with the credentials of another provider.
///
/// Unlike the SDK for Rust it honours `duration_seconds`, as botocore does.
#[derive(Clone, Debug)]
pub struct AssumeRole<P> {
    source: P,
    role: Role,
    at: Result<Endpoint, EndpointError>,
}

impl<P: Provider> AssumeRole<P> {
    /// A role, whose credentials it takes, and the STS to ask; that there is none matters only
    /// once there are credentials to ask with.
    pub fn new(source: P, role: Role, at: Result<Endpoint, EndpointError>) -> Self {
        Self { source, role, at }
    }

    async fn assume(&self, world: &World) -> Result<Answer, ProvideError> {
        let configuration = |text: String| {
            ProvideError::new(NAME, ProvideErrorKind::Configuration, text)
                .chosen_by(&self.role.arn.origin.to_string())
        };
        if let Some(serial) = &self.role.mfa_serial {
            return Err(configuration(format!(
                "role `{}` needs a code of the MFA device {serial}, and nobody can be asked",
                self.role.arn.value
            )));
        }
        let source = match self.source.provide(world).await? {
            Answer::Credentials(credentials) => credentials,
            Answer::NotConfigured(reason) => return Ok(Answer::NotConfigured(reason)),
        };
        let at = self.at.as_ref().map_err(|error| configuration(error.to_string()))?;
        let region =
            at.region().ok_or_else(|| configuration(EndpointError::MissingRegion.to_string()))?;
        let name = match &self.role.session_name {
            Some(name) => RoleSessionName::new(&name.value)
                .map_err(|error| configuration(format!("{error} ({})", name.origin)))?,
            None => RoleSessionName::generate(world.clock.now()),
        };
        let mut limits = Limits::default();
        if let Some(duration) = &self.role.duration {
            limits = limits.with_duration(duration.value);
        }
        let mut ask =
            vestibule_sts::AssumeRole::new(&self.role.arn.value, &name).with_limits(limits);
        if let Some(id) = &self.role.external_id {
            ask = ask.with_external_id(id.value.as_str());
        }
        let signer = Signer::new(source, region.clone(), vestibule_sts::SERVICE);
        match world.call(at, &signer, &ask).await {
            Ok(assumed) => Ok(Answer::Credentials(assumed.credentials)),
            Err(error) => {
                let kind = sts_error_kind(&error);
                let refused = Refused { role: self.role.arn.value.to_string(), source: error };
                let by = format!(
                    "role_arn of profile `{}`, {}",
                    self.role.profile, self.role.arn.origin
                );
                Err(ProvideError::new(NAME, kind, refused).chosen_by(&by))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("role `{role}` could not be assumed")]
struct Refused {
    role: String,
    #[source]
    source: CallError<vestibule_sts::Error>,
}

impl<P: Provider> Provider for AssumeRole<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.assume(world))
    }
}

/// What to make of a failed call to STS.
pub(crate) fn sts_error_kind(error: &CallError<vestibule_sts::Error>) -> ProvideErrorKind {
    match error {
        CallError::Transport(error) if error.kind.is_transient() => ProvideErrorKind::Transient,
        CallError::Answer(vestibule_sts::Error::Refused(refusal))
            if !refusal.status.is_server_error() =>
        {
            ProvideErrorKind::Refused
        }
        CallError::Answer(_) => ProvideErrorKind::Transient,
        CallError::Transport(_) | CallError::Unsendable(_) => ProvideErrorKind::Refused,
    }
}

/// For sources that are kept behind a pointer.
pub(crate) type Source = Arc<dyn Provider>;
