use std::time::Duration;

use vestibule_metadata::{
    GetInstanceCredentials, GetRegion, GetRoleName, GetToken, InstanceEndpointError, InstanceToken,
    RoleApi, extend_if_expired, instance_endpoint,
};
use vestibule_profile::{MetadataSettings, Setting};
use vestibule_provider::{Error, ErrorKind, Lookup, Provider, RefreshPolicy, SkippedSources};
use vestibule_types::{Credentials, Region};
use vestibule_wire::ResponseError;
use vestibule_world::{BoxFuture, CallError, TransportError, TransportErrorKind, World};

use crate::local_service::{LocalService, LocalServiceError, error_kind, status};

const NAME: &str = "instance";
/// Timeout of one attempt.
const TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 4;

/// The credentials of an EC2 instance's role, from instance metadata version 2.
///
/// The first request also detects whether this is an instance: without a response within a second
/// (`metadata_service_timeout`) it is not, and a chain tries the next source. Any other failure is
/// an error. The expiration of expired credentials is extended (see [`extend_if_expired`]). Version 1
/// is never used, and the token is not cached: three small requests an hour need no state.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct InstanceMetadata {
    settings: MetadataSettings,
    endpoint: Option<String>,
    endpoint_mode: Option<String>,
    wants_account_id: bool,
}

impl InstanceMetadata {
    /// Creates the provider with these settings.
    pub fn new(settings: MetadataSettings) -> Self {
        Self { settings, endpoint: None, endpoint_mode: None, wants_account_id: false }
    }

    /// Sets the endpoint URL, which takes precedence over the settings.
    #[must_use]
    pub fn with_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets the endpoint mode, `IPv4` or `IPv6`; an endpoint URL takes precedence over it.
    #[must_use]
    pub fn with_endpoint_mode(mut self, mode: impl Into<String>) -> Self {
        self.endpoint_mode = Some(mode.into());
        self
    }

    /// Requests the account id too, from the extended API. Default: off, as in the SDK for Rust, since
    /// it costs one more request on older systems.
    #[must_use]
    pub fn with_account_id(mut self) -> Self {
        self.wants_account_id = true;
        self
    }

    /// Returns the region of the instance; `None` if this machine is not an instance.
    ///
    /// # Errors
    /// As [`Provider::provide`].
    pub fn region<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Option<Region>, Error>> {
        Box::pin(async move {
            let Ok((service, token)) = self.open(world).await? else { return Ok(None) };
            match service.call(world, &GetRegion { token: &token }).await {
                Ok(region) => Ok(Some(region)),
                Err(error) if status(&error) == Some(404) => Ok(None),
                Err(error) => Err(failed(&service, "gave no region", error)),
            }
        })
    }

    async fn request(&self, world: &World) -> Result<Lookup, Error> {
        let (service, token) = match self.open(world).await? {
            Ok(open) => open,
            Err(reason) => return Ok(Lookup::NotConfigured(reason)),
        };
        let keys = match self.keys(world, &service, &token).await {
            Ok(Some(keys)) => keys,
            Ok(None) => {
                return Ok(Lookup::NotConfigured(SkippedSources::new(
                    NAME,
                    "the instance has no role",
                )));
            }
            Err(error) if is_not_trusted(&error) => {
                let what = "has a role that EC2 is not allowed to assume; check the trust policy of the role";
                let url = service.endpoint.url().to_owned();
                let error = MetadataError { url, what, source: error };
                return Err(Error::new(NAME, ErrorKind::Configuration, error));
            }
            Err(error) => return Err(failed(&service, "gave no credentials", error)),
        };
        match extend_if_expired(&keys, world.clock.now(), world.entropy.fraction()) {
            Some(extended) => {
                tracing::warn!(
                    expired = ?keys.expires_at(),
                    "instance metadata returned expired credentials; their expiration is extended"
                );
                Ok(Lookup::Credentials(extended))
            }
            None => Ok(Lookup::Credentials(keys)),
        }
    }

    /// Returns `None` if the instance has no role.
    async fn keys(
        &self,
        world: &World,
        service: &LocalService,
        token: &InstanceToken,
    ) -> Result<Option<Credentials>, LocalServiceError> {
        const BOTH: &[RoleApi] = &[RoleApi::Extended, RoleApi::Plain];
        let apis = if self.wants_account_id { BOTH } else { &[RoleApi::Plain] };
        for &api in apis {
            let role = match service.call(world, &GetRoleName { token, api }).await {
                Err(error) if status(&error) == Some(404) => continue,
                role => role?,
            };
            let operation = GetInstanceCredentials { token, api, role: &role };
            let keys = service.call(world, &operation).await?;
            let has_account = self.wants_account_id;
            return Ok(Some(if has_account { keys } else { keys.with_account_id(None) }));
        }
        Ok(None)
    }

    /// Requests the token, which also detects whether this is an instance.
    async fn open(
        &self,
        world: &World,
    ) -> Result<Result<(LocalService, InstanceToken), SkippedSources>, Error> {
        let disabled = self.settings.disabled();
        if disabled.value {
            return Ok(Err(SkippedSources::new(NAME, format!("disabled ({})", disabled.origin))));
        }
        let service = self.service()?;
        match service.call(world, &GetToken).await {
            Ok(token) => Ok(Ok((service, token))),
            Err(CallError::Transport(error)) if error.kind != TransportErrorKind::NoRuntime => {
                Ok(Err(SkippedSources::new(NAME, not_detected(&error))))
            }
            Err(error) if status(&error) == Some(403) => {
                let is_configured = self.endpoint.is_some() || self.settings.endpoint().is_some();
                let kind = if is_configured { ErrorKind::Rejected } else { ErrorKind::Closed };
                let url = service.endpoint.url().to_owned();
                let what = "is disabled, or closed to this process";
                Err(Error::new(NAME, kind, MetadataError { url, what, source: error }))
            }
            Err(error) => Err(failed(&service, "gave no token", error)),
        }
    }

    fn service(&self) -> Result<LocalService, Error> {
        let invalid = |error: vestibule_profile::Error| {
            let origin = error.origin();
            Error::new(NAME, ErrorKind::Configuration, error).with_chosen_by(origin.into())
        };
        let within = self.settings.timeout().map_err(invalid)?.map_or(TIMEOUT, |set| set.value);
        let attempts = self.settings.attempts().map_err(invalid)?;
        let attempts = attempts.map_or(ATTEMPTS, |set| set.value.get());
        let (url, mode) = (self.settings.endpoint(), self.settings.endpoint_mode());
        let endpoint = instance_endpoint(
            self.endpoint.as_deref().or(url.map(Setting::text)),
            self.endpoint_mode.as_deref().or(mode.map(Setting::text)),
        );
        let endpoint = endpoint.map_err(|error| {
            let setting = match &error {
                InstanceEndpointError::Mode { .. } if self.endpoint_mode.is_none() => mode,
                InstanceEndpointError::Url(_) if self.endpoint.is_none() => url,
                // Set in code.
                _ => None,
            };
            let error = Error::new(NAME, ErrorKind::Configuration, error);
            match setting {
                Some(setting) => error.with_chosen_by(setting.origin().clone().into()),
                None => error,
            }
        })?;
        let mut service = LocalService::new(endpoint, within, attempts);
        // Most machines are not instances, and have nothing at this address.
        service.options = service.options.without_transport_retry();
        Ok(service)
    }
}

/// Returns the reason why no instance was detected.
fn not_detected(error: &TransportError) -> String {
    let hint = match error.kind {
        TransportErrorKind::Timeout => {
            "; in a container on an instance, the hop limit must be 2 or more"
        }
        _ => "",
    };
    format!("no instance metadata: {error}{hint}")
}

fn is_not_trusted(error: &LocalServiceError) -> bool {
    let code = "AssumeRoleUnauthorizedAccess";
    matches!(error, CallError::Response(ResponseError::Service(refusal)) if refusal.has_code(code))
}

fn failed(service: &LocalService, what: &'static str, source: LocalServiceError) -> Error {
    let kind = error_kind(&source);
    Error::new(NAME, kind, MetadataError { url: service.endpoint.url().to_owned(), what, source })
}

#[derive(Debug, thiserror::Error)]
#[error("instance metadata ({url}) {what}")]
struct MetadataError {
    url: String,
    what: &'static str,
    #[source]
    source: LocalServiceError,
}

impl Provider for InstanceMetadata {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.request(world))
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::STATIC_STABILITY
    }
}

#[cfg(test)]
mod tests;
