use vestibule_profile::{MetadataSettings, Settings};
use vestibule_provider::{Error, ErrorKind};
use vestibule_types::{Region, RoleArn};
use vestibule_wire::{Endpoint, EndpointError, EndpointParams};
use vestibule_world::{BoxFuture, CallError, World};

use crate::{InstanceMetadata, endpoint_params};

/// The STS endpoint, in the configured region.
///
/// If no setting names a region, it is that of the EC2 instance, as in the SDKs. That costs a request,
/// or a second where there is no instance, so the lookup happens only when STS is called.
#[derive(Clone, Debug)]
pub struct Sts {
    params: EndpointParams,
    metadata: Option<MetadataSettings>,
}

impl Sts {
    /// Creates the endpoint that these settings select.
    pub fn new(settings: &Settings) -> Self {
        let region = settings.region.as_ref().map(|region| &region.value);
        let metadata = Some(settings.metadata.clone());
        Self { params: endpoint_params(settings, "sts", region), metadata }
    }

    /// Creates the endpoint of these parameters, without the instance as a fallback for the region.
    pub fn with_params(params: EndpointParams) -> Self {
        Self { params, metadata: None }
    }

    /// Returns the endpoint without a call.
    ///
    /// # Errors
    /// An invalid configured URL, a combination that AWS's rules exclude, or no region.
    pub fn configured(&self) -> Result<Endpoint, EndpointError> {
        vestibule_sts::endpoint(&self.params)
    }

    /// Returns the endpoint.
    ///
    /// # Errors
    /// As [`Sts::configured`].
    pub fn endpoint<'a>(
        &'a self,
        world: &'a World,
    ) -> BoxFuture<'a, Result<Endpoint, EndpointError>> {
        Box::pin(async {
            match self.configured() {
                Err(EndpointError::MissingRegion) => self.in_region_of_instance(world).await,
                configured => configured,
            }
        })
    }

    /// Returns the endpoint and the region to sign for, which a configured URL does not contain.
    ///
    /// # Errors
    /// As [`Sts::configured`].
    pub fn endpoint_and_region<'a>(
        &'a self,
        world: &'a World,
    ) -> BoxFuture<'a, Result<(Endpoint, Region), EndpointError>> {
        Box::pin(async {
            let mut endpoint = self.endpoint(world).await?;
            if endpoint.region().is_none() {
                endpoint = self.in_region_of_instance(world).await?;
            }
            match endpoint.region().cloned() {
                Some(region) => Ok((endpoint, region)),
                None => Err(EndpointError::MissingRegion),
            }
        })
    }

    async fn in_region_of_instance(&self, world: &World) -> Result<Endpoint, EndpointError> {
        let Some(metadata) = &self.metadata else { return Err(EndpointError::MissingRegion) };
        match InstanceMetadata::new(metadata.clone()).region(world).await {
            Ok(Some(region)) => {
                let mut params = self.params.clone();
                params.region = Some(region);
                vestibule_sts::endpoint(&params)
            }
            Ok(None) => Err(EndpointError::MissingRegion),
            Err(error) => {
                tracing::debug!(%error, "the region of the instance is not known");
                Err(EndpointError::MissingRegion)
            }
        }
    }
}

/// Error returned when STS gave no credentials for a role.
#[derive(Debug, thiserror::Error)]
#[error("role `{role}` could not be assumed{}", clock.as_ref().map(|clock| format!(": {clock}")).unwrap_or_default())]
struct NotAssumed {
    role: RoleArn,
    clock: Option<String>,
    #[source]
    source: CallError<vestibule_sts::Error>,
}

/// Returns the error of a provider whose role could not be assumed; `clock` is a note about this
/// machine's clock.
pub(crate) fn not_assumed(
    provider: &'static str,
    role: &RoleArn,
    clock: Option<String>,
    source: CallError<vestibule_sts::Error>,
) -> Error {
    let kind = sts_error_kind(&source);
    Error::new(provider, kind, NotAssumed { role: role.clone(), clock, source })
}

/// Returns the kind of a failed call to STS.
pub(crate) fn sts_error_kind(error: &CallError<vestibule_sts::Error>) -> ErrorKind {
    ErrorKind::from_call(error, |error| match error.kind() {
        vestibule_sts::ErrorKind::Permanent => ErrorKind::Refused,
        _ if error.is_transient() => ErrorKind::Transient,
        _ => ErrorKind::Rejected,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::StatusCode;
    use vestibule_profile::{Files, Overrides, settings};
    use vestibule_wire::{ResponseError, ServiceError};
    use vestibule_world::{TransportError, TransportErrorKind, block_on, memory};

    use super::*;

    /// Checks the endpoint, its region and the number of metadata requests, on an instance in
    /// Stockholm.
    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str, requests: usize) {
        let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |request| {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let token = request.uri().path().ends_with("token");
            let body = if token { "token" } else { "eu-north-1" };
            Ok(http::Response::new(Bytes::from_static(body.as_bytes())))
        });
        let base = memory::world();
        let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
        let world = World { vars, transport: Arc::new(transport), ..base };
        let files = Files::from_texts("", "");
        let settings = settings(&files, &world.vars, &Overrides::default()).unwrap();
        let found = match block_on(Sts::new(&settings).endpoint_and_region(&world)) {
            Ok((at, region)) => format!("{} {region}", at.url()),
            Err(error) => error.to_string(),
        };
        let sent = count.load(std::sync::atomic::Ordering::SeqCst);
        assert_eq!((&*found, sent), (expected, requests));
    }

    #[test]
    fn region_defaults_to_that_of_the_instance() {
        check(&[("AWS_REGION", "eu-west-1")], "https://sts.eu-west-1.amazonaws.com eu-west-1", 0);
        check(&[], "https://sts.eu-north-1.amazonaws.com eu-north-1", 2);
        check(&[("AWS_ENDPOINT_URL", "http://sts.test")], "http://sts.test eu-north-1", 2);
        let disabled = ("AWS_EC2_METADATA_DISABLED", "true");
        check(&[disabled], "Invalid Configuration: Missing Region", 0);
        let wrong = ("AWS_ENDPOINT_URL", "sts.test");
        check(&[wrong], "endpoint URL `sts.test` is not an absolute http or https URL", 0);
    }

    #[test]
    fn error_kind_depends_on_whether_a_retry_or_other_credentials_can_help() {
        let response = |status, code| {
            let status = StatusCode::from_u16(status).unwrap();
            let error = ServiceError::new(status, Some(code), None);
            CallError::Response(vestibule_sts::Error::from(ResponseError::Service(error)))
        };
        let transport = |kind| CallError::Transport(TransportError::new(kind, "https://sts"));
        for (error, kind) in [
            (response(403, "AccessDenied"), ErrorKind::Refused),
            (response(400, "Throttling"), ErrorKind::Transient),
            (response(503, "ServiceUnavailable"), ErrorKind::Transient),
            (response(403, "ExpiredToken"), ErrorKind::Rejected),
            (response(403, "InvalidClientTokenId"), ErrorKind::Rejected),
            (transport(TransportErrorKind::Lost), ErrorKind::Transient),
            (transport(TransportErrorKind::Tls), ErrorKind::Unreachable),
        ] {
            assert_eq!(sts_error_kind(&error), kind, "{error}");
        }
    }
}
