use vestibule_types::Region;
use vestibule_wire::{EndpointError, ResponseError};
use vestibule_world::{CallError, Skew};

/// Error returned when a cluster cannot be described.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    is_transient: bool,
    skew: Option<Skew>,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no endpoint for these parameters.
    #[error("EKS has no endpoint for these settings")]
    Endpoint,
    /// There is no cluster with this name in the account and the region.
    #[error("there is no cluster `{name}` in {region}")]
    NotFound {
        /// The name.
        name: String,
        /// The region.
        region: Region,
    },
    /// The cluster with this name could not be described.
    #[error("the cluster `{name}` could not be described")]
    Call {
        /// The name.
        name: String,
    },
}

impl Error {
    pub(crate) fn endpoint(source: EndpointError) -> Self {
        let kind = ErrorKind::Endpoint;
        Self { kind, is_transient: false, skew: None, source: source.into() }
    }

    pub(crate) fn call(
        name: String,
        region: Region,
        source: CallError<ResponseError>,
        skew: Option<Skew>,
    ) -> Self {
        let is_transient = source.is_transient(ResponseError::is_transient);
        let kind = match &source {
            CallError::Response(ResponseError::Service(error))
                if error.has_code("ResourceNotFoundException") =>
            {
                ErrorKind::NotFound { name, region }
            }
            _ => ErrorKind::Call { name },
        };
        Self { kind, is_transient, skew, source: source.into() }
    }

    /// Returns the kind of the error, with the name of the cluster.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Returns whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        self.is_transient
    }

    /// Returns the difference of the clocks if it is large, so that signatures and the expiration of
    /// credentials may be wrong.
    pub fn skew(&self) -> Option<Skew> {
        self.skew
    }
}
