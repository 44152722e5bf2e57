use std::io;
use std::path::PathBuf;

use vestibule_types::InvalidName;
use vestibule_wire::{EndpointError, ResponseError};
use vestibule_world::CallError;

/// Error returned when there are no credentials for a certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    #[error("the {what} {} could not be read", path.display())]
    File {
        /// What the file should contain.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
    /// A file contains no certificate.
    #[error("{} contains no certificate in PEM", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
    },
    /// A file contains no private key that can be used.
    #[error("the private key {} cannot be used: {problem}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The problem, without any part of the key.
        problem: &'static str,
    },
    /// The private key belongs to another certificate.
    #[error("the private key {} is not that of the certificate {}", key.display(), certificate.display())]
    Mismatch {
        /// The file with the key.
        key: PathBuf,
        /// The file with the certificate.
        certificate: PathBuf,
    },
    /// The trust anchor has no valid region.
    #[error("the region of the trust anchor is not valid")]
    Region(#[source] InvalidName),
    /// There is no endpoint for the settings.
    #[error("Roles Anywhere has no endpoint for these settings")]
    Endpoint(#[source] EndpointError),
    /// The call failed.
    #[error("Roles Anywhere gave no credentials for the role {role_arn}")]
    Call {
        /// The role.
        role_arn: String,
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
