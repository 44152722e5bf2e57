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

/// How many certificates are kept; there are more names of regions than regions.
const KEPT: usize = 256;

/// A CA made for one server. It signs a certificate when somebody asks for the name.
pub(super) struct Authority {
    emulator: Emulator,
    issuer: Issuer<'static, KeyPair>,
    ca_pem: String,
    /// The server's, under all its names.
    key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    signed: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Authority {
    pub(super) fn new(emulator: Emulator) -> Result<Self, Error> {
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::default();
        ca.distinguished_name = named("vestibule emulator CA");
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

    /// TLS with whichever certificate the client asks for.
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
        if signed.len() == KEPT {
            signed.clear();
        }
        let certified = Arc::new(self.sign(name)?);
        signed.insert(name.unwrap_or_default().to_owned(), certified.clone());
        Ok(certified)
    }

    /// For a name, or for this machine. Valid from 1975 to 4096, so that moved clocks do not
    /// matter.
    fn sign(&self, name: Option<&str>) -> Result<CertifiedKey, rcgen::Error> {
        let names = name.map_or_else(
            || ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            |name| vec![name.to_owned()],
        );
        let mut leaf = CertificateParams::new(names)?;
        leaf.distinguished_name = named("vestibule emulator");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let certificate = leaf.signed_by(&self.key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], self.signing_key.clone()))
    }
}

impl ResolvesServerCert for Authority {
    /// Whoever asks for a name that is not ours gets the certificate of this machine, and is right
    /// not to trust it.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let ours = hello.server_name().filter(|name| self.emulator.answers_at(name));
        self.certified(ours).ok()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// RFC 7468 §2: base64 in lines of 64.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (at, c) in text.char_indices() {
        if at != 0 && at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(c);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}
