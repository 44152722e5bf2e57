use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem};
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

use crate::failure::{Kind, Result, failure};
use crate::io::Stream;

/// TLS, set up by the first who needs it.
pub(crate) struct Tls {
    bundle: Option<PathBuf>,
    connector: OnceLock<TlsConnector>,
}

impl Tls {
    pub(crate) fn new(bundle: Option<&Path>) -> Self {
        Self { bundle: bundle.map(Path::to_owned), connector: OnceLock::new() }
    }

    /// Encrypts a stream to a host whose certificate is trusted and names it.
    pub(crate) async fn over(
        &self,
        stream: Box<dyn Stream>,
        host: &str,
    ) -> Result<Box<dyn Stream>> {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| failure(Kind::Local, error))?;
        match self.connector()?.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => {
                let by_rules: Option<&Error> = error.get_ref().and_then(|e| e.downcast_ref());
                Err(failure(by_rules.map_or(Kind::Lost, |_| Kind::Tls), error))
            }
        }
    }

    /// A failure is not kept: the file may be there next time.
    pub(crate) fn connector(&self) -> Result<&TlsConnector> {
        if let Some(connector) = self.connector.get() {
            return Ok(connector);
        }
        let connector = self.config()?.into();
        Ok(self.connector.get_or_init(|| connector))
    }

    fn config(&self) -> Result<Arc<ClientConfig>> {
        let local = |error| failure(Kind::Local, error);
        let provider = provider().ok_or_else(|| {
            failure(Kind::Local, "built without the features `ring` and `aws-lc-rs`")
        })?;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(bundle) = &self.bundle {
            let unusable = |reason| failure(Kind::Local, CaBundle { path: bundle.clone(), reason });
            add(&mut roots, bundle).map_err(unusable)?;
        }
        if roots.is_empty() {
            return Err(failure(Kind::Local, "this machine has no certificates to trust"));
        }
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(local)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
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

/// A list of certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the CA bundle `{}` cannot be used", path.display())]
struct CaBundle {
    path: PathBuf,
    #[source]
    reason: pem::Error,
}

/// Who computes: the provider that the program has set for itself, else the one built in.
fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "ring")]
    let built_in = Some(tokio_rustls::rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let built_in = Some(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    let built_in = None;
    CryptoProvider::get_default().cloned().or(built_in.map(Arc::new))
}
