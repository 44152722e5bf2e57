//! A certificate authority for one test.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::NamedTempFile;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A certificate authority.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// The certificate as PEM.
    pub bundle: NamedTempFile,
}

impl Authority {
    /// Creates an authority with a key of its own.
    pub fn generate() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let text = BASE64_STANDARD.encode(certificate.der());
        let mut bundle = NamedTempFile::new().unwrap();
        writeln!(bundle, "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----").unwrap();
        Self { issuer: Issuer::new(params, key), bundle }
    }

    /// Returns a server configuration with a certificate for a name.
    pub fn server(&self, name: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into());
        Arc::new(config.unwrap())
    }
}

/// Accepts a TLS connection.
pub fn accept(config: &Arc<ServerConfig>, stream: TcpStream) -> impl Read + Write + use<> {
    StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream)
}
