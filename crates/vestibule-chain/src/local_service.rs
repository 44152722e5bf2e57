use std::time::Duration;

use vestibule_provider::ErrorKind;
use vestibule_wire::{Anonymous, Endpoint, Operation, ResponseError};
use vestibule_world::{CallError, CallOptions, World};

/// A service of the machine itself: it responds soon, or it does not exist.
#[derive(Clone, Debug)]
pub(crate) struct LocalService {
    pub(crate) endpoint: Endpoint,
    pub(crate) options: CallOptions,
}

pub(crate) type LocalServiceError = CallError<ResponseError>;

impl LocalService {
    pub(crate) fn new(endpoint: Endpoint, timeout: Duration, attempts: u32) -> Self {
        let options = CallOptions::default()
            .with_attempts(attempts)
            .with_exchange_timeout(timeout)
            .without_quota();
        Self { endpoint, options }
    }

    pub(crate) async fn call<O>(
        &self,
        world: &World,
        operation: &O,
    ) -> Result<O::Output, LocalServiceError>
    where
        O: Operation<Error = ResponseError> + Sync,
    {
        world.call_with(&self.endpoint, &Anonymous, operation, self.options).await
    }
}

/// Returns the status of an error response.
pub(crate) fn status(error: &LocalServiceError) -> Option<u16> {
    match error {
        CallError::Response(ResponseError::Service(error)) => Some(error.status.as_u16()),
        _ => None,
    }
}

/// Returns the kind of an error.
///
/// By AWS's refresh specification no response of these services is final: credentials that are still
/// valid remain in use, and the next request tries again.
pub(crate) fn error_kind(error: &LocalServiceError) -> ErrorKind {
    ErrorKind::from_call(error, |_| ErrorKind::Transient)
}
