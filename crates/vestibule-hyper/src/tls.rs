use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};

use crate::bundle::{BundleError, add_bundle, require_regular};
use crate::config::CaBundle;
use crate::error::{Error, ErrorKind, Result};

/// The TLS configuration, loaded when first needed.
pub(crate) struct TlsConfig {
    bundle: Option<CaBundle>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl TlsConfig {
    pub(crate) fn new(bundle: Option<CaBundle>) -> Self {
        Self { bundle, config: OnceLock::new() }
    }

    /// Returns the configuration. An error is not cached: the file may exist the next time.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>> {
        if let Some(config) = self.config.get() {
            return Ok(config.clone());
        }
        let config = self.load().map_err(|error| Error::new(ErrorKind::Local, error))?;
        Ok(self.config.get_or_init(|| Arc::new(config)).clone())
    }

    fn load(&self) -> std::result::Result<ClientConfig, TlsConfigError> {
        let config =
            ClientConfig::builder_with_provider(provider().ok_or(TlsConfigError::Provider)?)
                .with_safe_default_protocol_versions()
                .map_err(TlsConfigError::Versions)?
                .with_root_certificates(self.roots()?)
                .with_no_client_auth();
        Ok(config)
    }

    pub(crate) fn roots(&self) -> std::result::Result<RootCertStore, TlsConfigError> {
        let mut roots = RootCertStore::empty();
        // Read by `load_native_certs`, without a limit.
        if let Some(path) = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from) {
            require_regular(&path).map_err(|source| TlsConfigError::SystemFile { path, source })?;
        }
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(bundle) = &self.bundle {
            add_bundle(&mut roots, &bundle.path)
                .map_err(|source| TlsConfigError::Bundle { bundle: bundle.clone(), source })?;
        }
        if roots.is_empty() {
            return Err(TlsConfigError::Roots);
        }
        Ok(roots)
    }
}

/// Error returned when TLS cannot be configured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsConfigError {
    #[error("the CA bundle `{}` ({}) cannot be used", bundle.path.display(), bundle.setting)]
    Bundle { bundle: CaBundle, source: BundleError },
    #[error("SSL_CERT_FILE cannot be used (`{}`)", path.display())]
    SystemFile { path: PathBuf, source: BundleError },
    #[error("no trusted root certificates were found on this machine")]
    Roots,
    #[error(
        "no TLS provider: built without the features `ring` and `aws-lc-rs`, and the program installed none"
    )]
    Provider,
    #[error("the installed TLS provider supports no version of TLS")]
    Versions(#[source] rustls::Error),
}

/// Returns the provider that the program has installed, or else the built-in one.
pub(crate) fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "ring")]
    let built_in = Some(rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let built_in = Some(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    let built_in = None;
    CryptoProvider::get_default().cloned().or(built_in.map(Arc::new))
}
