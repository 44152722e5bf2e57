//! A CA bundle: a PEM file that the user names.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};

/// The size limit: the bundle of an operating system has less than 1 MiB.
const MAX_SIZE: u64 = 16 << 20;

/// Error returned when a file cannot be used as a CA bundle.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BundleError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error("it is not a regular file")]
    NotRegular,
    #[error("it is larger than 16 MiB")]
    TooLarge,
    #[error(transparent)]
    Pem(#[from] pem::Error),
    #[error("it has no PEM certificate")]
    NoCertificate,
}

/// Adds the certificates of a PEM file, of which at least one must be usable.
pub(crate) fn add_bundle(roots: &mut RootCertStore, path: &Path) -> Result<(), BundleError> {
    let text = read(path)?;
    let certificates = CertificateDer::pem_slice_iter(&text)
        .map(|certificate| certificate.map(first_element))
        .collect::<Result<Vec<_>, _>>()?;
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(BundleError::NoCertificate),
        _ => Ok(()),
    }
}

/// Returns an error unless the file is regular. Opening a pipe or a device could block forever.
pub(crate) fn require_regular(path: &Path) -> Result<(), BundleError> {
    if fs::metadata(path)?.is_file() { Ok(()) } else { Err(BundleError::NotRegular) }
}

fn read(path: &Path) -> Result<Vec<u8>, BundleError> {
    require_regular(path)?;
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if MAX_SIZE < bytes.len() as u64 {
        return Err(BundleError::TooLarge);
    }
    Ok(with_plain_headers(&bytes))
}

/// Removes a byte order mark, and replaces OpenSSL's `TRUSTED CERTIFICATE` and the older `X509
/// CERTIFICATE` in the headers, as OpenSSL reads them.
fn with_plain_headers(bytes: &[u8]) -> Vec<u8> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut plain = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let is_header = line.starts_with(b"-----");
        match std::str::from_utf8(line) {
            Ok(header) if is_header => {
                let header = header.replace("TRUSTED CERTIFICATE", "CERTIFICATE");
                let header = header.replace("X509 CERTIFICATE", "CERTIFICATE");
                plain.extend_from_slice(header.as_bytes());
            }
            _ => plain.extend_from_slice(line),
        }
    }
    plain
}

/// Returns the first DER element: in a `TRUSTED CERTIFICATE`, the uses that it is trusted for follow
/// the certificate.
fn first_element(certificate: CertificateDer<'static>) -> CertificateDer<'static> {
    match element_length(&certificate) {
        Some(length) if length < certificate.len() => certificate[..length].to_vec().into(),
        _ => certificate,
    }
}

fn element_length(der: &[u8]) -> Option<usize> {
    match *der.get(1)? {
        short @ 0..=0x7f => Some(2 + usize::from(short)),
        long @ 0x81..=0x84 => {
            let count = usize::from(long - 0x80);
            let length = der.get(2..2 + count)?.iter();
            Some(2 + count + length.fold(0, |length, byte| length << 8 | usize::from(*byte)))
        }
        _ => None,
    }
}
