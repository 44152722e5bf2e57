use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use vestibule_types::Region;
use vestibule_wire::Request;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use crate::context::RequestContext;
use crate::signature::{Signature, SignatureError};

type Verifiers = &'static [&'static dyn SignatureVerificationAlgorithm];

/// The algorithms of signatures, and what verifies them.
const ALGORITHMS: [(&str, Verifiers); 2] = [
    ("AWS4-X509-RSA-SHA256", &[ring::RSA_PKCS1_2048_8192_SHA256]),
    ("AWS4-X509-ECDSA-SHA256", &[ring::ECDSA_P256_SHA256, ring::ECDSA_P384_SHA256]),
];

/// Verifies the certificate against that of the trust anchor, and the signature against the
/// certificate. Returns the serial number; an error is the message of the service.
pub(super) fn authenticate(anchor: &str, context: &RequestContext<'_>) -> Result<String, String> {
    let request = context.request;
    let untrusted = |_| "Untrusted certificate. Insufficient certificate".to_owned();
    let leaf = certificates(request, "x-amz-x509")?;
    let [leaf] = &leaf[..] else { return Err("Missing certificate".to_owned()) };
    let leaf = EndEntityCert::try_from(leaf).map_err(untrusted)?;
    let chain = certificates(request, "x-amz-x509-chain")?;
    let anchor = CertificateDer::from_pem_slice(anchor.as_bytes())
        .map_err(|_| "Invalid trust anchor".to_owned())?;
    let anchor = anchor_from_trusted_cert(&anchor).map_err(untrusted)?;
    let seconds = u64::try_from(context.now.unix_seconds()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let (anchors, usage) = ([anchor], KeyUsage::client_auth());
    leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &anchors, &chain, now, usage, None, None)
        .map_err(untrusted)?;

    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let authorization = authorization.unwrap_or_default();
    let used = ALGORITHMS.iter().find(|(name, _)| authorization.starts_with(name));
    let (algorithm, verifiers) = used.ok_or("Unknown signing algorithm")?;
    let signature = Signature::parse_as(request, algorithm).map_err(message)?;
    let region = Region::new(&signature.region).ok();
    let region = region.filter(|region| context.origin.is_in_region(region));
    if signature.service != "rolesanywhere" || region.is_none() {
        return Err("Credential should be scoped to a valid region and service.".to_owned());
    }
    let serial_number = decimal(leaf.serial());
    if signature.access_key_id != serial_number {
        return Err("The credential is not the serial number of the certificate.".to_owned());
    }
    let verified = signature.verify_with(request, algorithm, context.now, |text, hex| {
        let signature = unhex(hex);
        verifiers
            .iter()
            .any(|verifier| leaf.verify_signature(*verifier, text.as_bytes(), &signature).is_ok())
    });
    verified.map_err(message)?;
    Ok(serial_number)
}

fn message(error: SignatureError) -> String {
    match error {
        SignatureError::Mismatch(message) => message,
        SignatureError::Missing => "Missing authentication token".to_owned(),
        SignatureError::Incomplete(part) => format!("Authorization header requires {part}"),
    }
}

/// Returns the certificates in a header: Base64, separated by commas.
fn certificates(
    request: &Request,
    name: &'static str,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let invalid = || format!("Invalid {name}");
    let Some(value) = request.headers().get(name) else { return Ok(Vec::new()) };
    let text = value.to_str().map_err(|_| invalid())?;
    let decode = |part: &str| STANDARD.decode(part).map(CertificateDer::from);
    text.split(',').map(decode).collect::<Result<_, _>>().map_err(|_| invalid())
}

/// Returns a big-endian number in decimal digits, by long division.
fn decimal(bytes: &[u8]) -> String {
    let mut number = bytes.to_vec();
    let mut digits = String::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut number {
            let value = rest * 256 + u16::from(*byte);
            *byte = u8::try_from(value / 10).unwrap_or_default();
            rest = value % 10;
        }
        digits.insert_str(0, &rest.to_string());
    }
    if digits.is_empty() { "0".to_owned() } else { digits }
}

/// Returns the bytes of a hexadecimal text; none if it is not one.
fn unhex(text: &str) -> Vec<u8> {
    let digits =
        |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(digits).collect::<Option<_>>().unwrap_or_default()
}
