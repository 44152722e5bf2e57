use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, pem};
use rustls::{ClientConfig, RootCertStore};

use crate::failure::{Failure, Kind, Result};

/// Whom to trust, found out when first needed.
pub(crate) struct Tls {
    bundle: Option<PathBuf>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn new(bundle: Option<&Path>) -> Self {
        Self { bundle: bundle.map(Path::to_owned), config: OnceLock::new() }
    }

    /// A failure is not kept: the file may be there next time.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>> {
        if let Some(config) = self.config.get() {
            return Ok(config.clone());
        }
        let config = self.load().map_err(|cause| Failure::new(Kind::Local, cause))?;
        Ok(self.config.get_or_init(|| Arc::new(config)).clone())
    }

    fn load(&self) -> std::result::Result<ClientConfig, Unusable> {
        let config = ClientConfig::builder_with_provider(provider().ok_or(Unusable::Provider)?)
            .with_safe_default_protocol_versions()
            .map_err(Unusable::Versions)?
            .with_root_certificates(self.roots()?)
            .with_no_client_auth();
        Ok(config)
    }

    pub(crate) fn roots(&self) -> std::result::Result<RootCertStore, Unusable> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(bundle) = &self.bundle {
            add(&mut roots, bundle)
                .map_err(|reason| Unusable::Bundle { path: bundle.clone(), reason })?;
        }
        if roots.is_empty() {
            return Err(Unusable::Roots);
        }
        Ok(roots)
    }
}

/// Why there is no TLS here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("the CA bundle `{}` cannot be used", path.display())]
    Bundle {
        path: PathBuf,
        #[source]
        reason: pem::Error,
    },
    #[error("this machine has no certificates to trust")]
    Roots,
    #[error(
        "built without the features `ring` and `aws-lc-rs`, and the program has set no provider"
    )]
    Provider,
    #[error("the program's provider lacks every version of TLS")]
    Versions(#[source] rustls::Error),
}

/// Adds the certificates of a PEM file; one at least has to be usable.
fn add(roots: &mut RootCertStore, bundle: &Path) -> std::result::Result<(), pem::Error> {
    let certificates = CertificateDer::pem_file_iter(bundle)?;
    let certificates = certificates.collect::<std::result::Result<Vec<_>, _>>()?;
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(pem::Error::NoItemsFound),
        _ => Ok(()),
    }
}

/// Who computes: the provider that the program has set for itself, else the one built in.
pub(crate) fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "ring")]
    let built_in = Some(rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let built_in = Some(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    let built_in = None;
    CryptoProvider::get_default().cloned().or(built_in.map(Arc::new))
}
