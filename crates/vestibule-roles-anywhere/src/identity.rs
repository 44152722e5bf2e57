use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use vestibule_sts::sigv4::SigningKey;
use vestibule_world::World;
use webpki::EndEntityCert;
use zeroize::Zeroize as _;

use crate::{Error, ErrorKind, Options};

/// The algorithms that Roles Anywhere accepts and ring signs with, by their names in signatures.
const ALGORITHMS: [(SignatureScheme, &str); 2] = [
    (SignatureScheme::RSA_PKCS1_SHA256, "AWS4-X509-RSA-SHA256"),
    (SignatureScheme::ECDSA_NISTP256_SHA256, "AWS4-X509-ECDSA-SHA256"),
];

/// A certificate with its private key. `Debug` shows the serial number.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    chain: Vec<CertificateDer<'static>>,
    key: Arc<dyn rustls::sign::SigningKey>,
    scheme: SignatureScheme,
    algorithm: &'static str,
    serial_number: String,
}

impl Identity {
    /// Reads the files of the options.
    ///
    /// # Errors
    /// A file that cannot be read, has no certificate or no usable key, or a key of another
    /// certificate.
    pub fn read(world: &World, options: &Options) -> Result<Self, Error> {
        let read = |content: &'static str, path: &Path| {
            world.files.read(path).map_err(|source| {
                Error::with_source(ErrorKind::File { content, path: path.to_owned() }, source)
            })
        };
        let path = &options.certificate;
        let certificates = parse_certificates(&read("certificate", path)?, path)?;
        let certificate =
            certificates.into_iter().next().ok_or_else(|| Error::certificate(path))?;
        let serial_number = {
            let parsed = EndEntityCert::try_from(&certificate);
            let parsed = parsed.map_err(|_| Error::certificate(path))?;
            decimal(parsed.serial())
        };
        let chain = match &options.intermediates {
            Some(path) => parse_certificates(&read("certificate file", path)?, path)?,
            None => Vec::new(),
        };

        let path = &options.private_key;
        let unusable = |problem| Error::from(ErrorKind::Key { path: path.clone(), problem });
        let key = private_key(&read("private key", path)?).map_err(unusable)?;
        let certified = CertifiedKey::new(vec![certificate.clone()], key.clone());
        certified.keys_match().map_err(|_| ErrorKind::Mismatch {
            key: path.clone(),
            certificate: options.certificate.clone(),
        })?;
        let mut algorithms = ALGORITHMS.into_iter();
        let found = algorithms.find(|(scheme, _)| key.choose_scheme(&[*scheme]).is_some());
        let (scheme, algorithm) = found.ok_or_else(|| unusable(UNSUPPORTED))?;
        Ok(Self { certificate, chain, key, scheme, algorithm, serial_number })
    }

    /// Returns the certificate in Base64.
    pub(crate) fn certificate(&self) -> String {
        STANDARD.encode(&self.certificate)
    }

    /// Returns the intermediate certificates in Base64, separated by commas.
    pub(crate) fn chain(&self) -> String {
        self.chain.iter().map(|der| STANDARD.encode(der)).collect::<Vec<_>>().join(",")
    }
}

impl SigningKey for Identity {
    fn algorithm(&self) -> &str {
        self.algorithm
    }

    /// The serial number of the certificate, in decimal digits.
    fn id(&self) -> &str {
        &self.serial_number
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.key.choose_scheme(&[self.scheme])?.sign(message).ok()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} ..)", self.serial_number)
    }
}

const UNSUPPORTED: &str =
    "its type is not supported; RSA of 2048 to 4096 bits and ECDSA on P-256 are";

/// Returns the certificates of a file, of which there is at least one.
fn parse_certificates(pem: &[u8], path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.ok().filter(|found| !found.is_empty()).ok_or_else(|| Error::certificate(path))
}

/// Returns the private key of a file; an error continues "the private key cannot be used: …".
fn private_key(pem: &[u8]) -> Result<Arc<dyn rustls::sign::SigningKey>, &'static str> {
    let has = |text: &str| pem.windows(text.len()).any(|window| window == text.as_bytes());
    if has("-----BEGIN ENCRYPTED PRIVATE KEY-----") || has("Proc-Type: 4,ENCRYPTED") {
        return Err("it is encrypted; store it decrypted in a file that only you can read");
    }
    let mut der = PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| "the file contains no private key in PEM (PKCS#1, PKCS#8 or SEC1)")?;
    let key = any_supported_type(&der).map_err(|_| UNSUPPORTED);
    der.zeroize();
    key
}

/// Returns an unsigned big-endian number in decimal digits.
fn decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0_u8];
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap_or_default();
            carry /= 10;
        }
        while 0 < carry {
            digits.push(u8::try_from(carry % 10).unwrap_or_default());
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_number_is_decimal() {
        for (bytes, expected) in [
            (&[][..], "0"),
            (&[0], "0"),
            (&[9], "9"),
            (&[0, 0xff], "255"),
            (&[1, 0, 0], "65536"),
            (&[0xff; 8], "18446744073709551615"),
            (&[0xff; 20], "1461501637330902918203684832716283019655932542975"),
        ] {
            assert_eq!(decimal(bytes), expected);
        }
    }

    #[test]
    fn key_that_cannot_be_used_is_an_error() {
        for (pem, problem) in [
            ("", "no private key"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no private key"),
            ("-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----\n", "no private key"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not supported"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n", "is encrypted"),
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "is encrypted"),
        ] {
            let error = private_key(pem.as_bytes()).unwrap_err();
            assert!(error.contains(problem), "{pem}: {error}");
        }
    }
}
