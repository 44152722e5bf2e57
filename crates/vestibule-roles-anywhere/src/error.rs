use std::path::{Path, PathBuf};

use vestibule_provider::ErrorKind as ProviderErrorKind;
use vestibule_wire::ResponseError;
use vestibule_world::CallError;

/// Error returned when there are no credentials for a certificate.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    provider_kind: ProviderErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file cannot be read.
    #[error("the {content} {} could not be read", path.display())]
    File {
        /// The expected content.
        content: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// This file contains no certificate.
    #[error("{} contains no certificate in PEM", .0.display())]
    Certificate(PathBuf),
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
    Region,
    /// There is no endpoint for the settings.
    #[error("Roles Anywhere has no endpoint for these settings")]
    Endpoint,
    /// The call for the credentials of a role failed.
    #[error("Roles Anywhere gave no credentials for the role {role_arn}")]
    Call {
        /// The role.
        role_arn: String,
    },
}

impl Error {
    pub(crate) fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { source: Some(source.into()), ..kind.into() }
    }

    pub(crate) fn certificate(path: &Path) -> Self {
        ErrorKind::Certificate(path.to_owned()).into()
    }

    pub(crate) fn call(role_arn: String, source: CallError<ResponseError>) -> Self {
        let provider_kind = ProviderErrorKind::from_call(&source, |error| {
            if error.is_transient() {
                ProviderErrorKind::Transient
            } else {
                ProviderErrorKind::Refused
            }
        });
        Self { provider_kind, ..Self::with_source(ErrorKind::Call { role_arn }, source) }
    }

    /// Returns the kind of the error, with the file or the role.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Returns whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        self.provider_kind == ProviderErrorKind::Transient
    }

    pub(crate) fn provider_kind(&self) -> ProviderErrorKind {
        self.provider_kind
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, provider_kind: ProviderErrorKind::Configuration, source: None }
    }
}
