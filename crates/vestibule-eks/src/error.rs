use vestibule_wire::{EndpointError, ResponseError};
use vestibule_world::CallError;

/// Error returned when a cluster cannot be described.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no endpoint for these parameters.
    #[error("EKS has no endpoint for these settings")]
    Endpoint(#[source] EndpointError),
    /// There is no cluster with this name in the account and the region.
    #[error("there is no cluster `{name}` in {region}")]
    NotFound {
        /// The name.
        name: String,
        /// The region.
        region: String,
        /// The error of the service.
        #[source]
        source: CallError<ResponseError>,
    },
    /// The call failed.
    #[error("the cluster `{name}` could not be described")]
    Call {
        /// The name.
        name: String,
        /// The error of the call.
        #[source]
        source: CallError<ResponseError>,
    },
}

impl Error {
    /// Returns whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Call { source, .. } => source.is_transient(ResponseError::is_transient),
            _ => false,
        }
    }
}
