use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};

use crate::emulator::Emulator;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The most certificates that are cached. Clients can name regions that do not exist.
const MAX_CERTIFICATES: usize = 256;

/// The CA of one server, which signs certificates for the hosts that clients connect to.
pub(super) struct Authority {
    emulator: Emulator,
    issuer: Issuer<'static, KeyPair>,
    ca_pem: String,
    /// The key of all certificates.
    key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    signed: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Authority {
    pub(super) fn new(emulator: Emulator) -> Result<Self, Error> {
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::default();
        ca.distinguished_name = distinguished_name("vestibule emulator CA");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_pem = pem(ca.self_signed(&ca_key)?.der());
        let key = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Self {
            emulator,
            issuer: Issuer::new(ca, ca_key),
            ca_pem,
            signing_key: ring::sign::any_supported_type(&der)?,
            key,
            signed: Mutex::default(),
        })
    }

    pub(super) fn ca_pem(&self) -> String {
        self.ca_pem.clone()
    }

    /// Returns a TLS configuration with a certificate for each host name.
    pub(super) fn into_config(self) -> Result<Arc<ServerConfig>, Error> {
        let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self));
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(server))
    }

    fn certified(&self, name: Option<&str>) -> Result<Arc<CertifiedKey>, rcgen::Error> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = signed.get(name.unwrap_or_default()) {
            return Ok(known.clone());
        }
        if signed.len() == MAX_CERTIFICATES {
            signed.clear();
        }
        let certified = Arc::new(self.sign(name)?);
        signed.insert(name.unwrap_or_default().to_owned(), certified.clone());
        Ok(certified)
    }

    /// Signs a certificate for a host name, or for loopback.
    ///
    /// It is valid from 1975 to 4096, so that it is valid by a moved clock too.
    fn sign(&self, name: Option<&str>) -> Result<CertifiedKey, rcgen::Error> {
        let names = name.map_or_else(
            || ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            |name| vec![name.to_owned()],
        );
        let mut leaf = CertificateParams::new(names)?;
        leaf.distinguished_name = distinguished_name("vestibule emulator");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let certificate = leaf.signed_by(&self.key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], self.signing_key.clone()))
    }
}

impl ResolvesServerCert for Authority {
    /// Returns the certificate of a host. For a host that is not emulated it is the one for loopback,
    /// which a client does not trust.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().filter(|name| self.emulator.is_emulated(name));
        self.certified(name).ok()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

fn distinguished_name(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Returns a certificate in PEM (RFC 7468 §2): base64 in lines of 64.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (index, c) in text.char_indices() {
        if index != 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(c);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}
