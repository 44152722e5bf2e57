//! Demonstrating Proof of Possession: each request is signed with the key of the sign-in.
//!
//! <https://www.rfc-editor.org/rfc/rfc9449#section-4.2>

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use serde::Serialize;
use vestibule_types::{Timestamp, json, uuid_v4};
use vestibule_wire::{Authorize, Request, RequestError};

use crate::DpopKey;

/// A proof of possession (`DPoP`), which authorizes requests: method, address and time, signed
/// with the key of the sign-in.
///
/// Each attempt has its own proof, since a server may reject one that it has seen.
pub struct Dpop<'a> {
    key: &'a DpopKey,
    random: [u8; 16],
    proofs: AtomicU32,
}

impl<'a> Dpop<'a> {
    /// Creates proofs with this key; their ids (`jti`) are made of the random bytes.
    pub fn new(key: &'a DpopKey, random: [u8; 16]) -> Self {
        Self { key, random, proofs: AtomicU32::new(0) }
    }
}

impl Authorize for Dpop<'_> {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
        let n = self.proofs.fetch_add(1, Ordering::Relaxed);
        put_proof(self.key, request, now, &nth_uuid(&self.random, n))
    }
}

impl fmt::Debug for Dpop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dpop(..)")
    }
}

/// Returns the `n`-th of a sequence of UUIDs that cannot be predicted without the random bytes.
pub(crate) fn nth_uuid(random: &[u8; 16], n: u32) -> String {
    let digest = hmac_sha256::HMAC::mac(n.to_be_bytes(), random);
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    uuid_v4(&half)
}

/// Sets the header `DPoP`.
pub(crate) fn put_proof(
    key: &DpopKey,
    request: &mut Request,
    now: Timestamp,
    jti: &str,
) -> Result<(), RequestError> {
    let unsendable = || RequestError::new("header DPoP");
    let proof = proof(key, request, now, jti).ok_or_else(unsendable)?;
    let mut value = HeaderValue::try_from(proof).map_err(|_| unsendable())?;
    value.set_sensitive(true);
    request.headers_mut().insert("dpop", value);
    Ok(())
}

fn proof(key: &DpopKey, request: &Request, now: Timestamp, jti: &str) -> Option<String> {
    let (x, y) = key.public();
    let uri = request.uri();
    let htu = format!("{}://{}{}", uri.scheme_str()?, uri.authority()?, uri.path());
    let jwk = Jwk { kty: "EC", x: &x, y: &y, crv: "P-256" };
    let head = encoded(&Header { typ: "dpop+jwt", alg: "ES256", jwk });
    let htm = request.method().as_str();
    let payload = encoded(&Claims { htm, htu: &htu, iat: now.unix_seconds(), jti });
    let signed = format!("{head}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed));
    Some(format!("{signed}.{signature}"))
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    jwk: Jwk<'a>,
}

#[derive(Serialize)]
struct Jwk<'a> {
    kty: &'a str,
    x: &'a str,
    y: &'a str,
    crv: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    jti: &'a str,
}

fn encoded(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(&*json::to_vec_compact(part))
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;
    use p256::ecdsa::{Signature, VerifyingKey};
    use serde_json::{Value, json};
    use vestibule_wire::Endpoint;

    use super::*;

    fn request() -> Request {
        let endpoint = Endpoint::parse("https://us-east-1.signin.aws.amazon.com", None).unwrap();
        endpoint.post("/v1/token").query("a", "b").finish().unwrap()
    }

    fn decoded(part: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(part).unwrap()
    }

    #[test]
    fn proof_names_the_request_and_is_signed_with_its_own_key() {
        let key = DpopKey::from_random(&[7; 32]);
        let mut request = request();
        put_proof(&key, &mut request, Timestamp::from_unix(1_700_000_000, 5).unwrap(), "j")
            .unwrap();
        let header = &request.headers()["dpop"];
        assert!(header.is_sensitive());
        let parts: Vec<_> = header.to_str().unwrap().split('.').collect();
        let [head, payload, signature] = parts[..] else { panic!("{parts:?}") };

        let head_json: Value = serde_json::from_slice(&decoded(head)).unwrap();
        let (x, y) = key.public();
        assert_eq!(
            head_json,
            json!({"typ": "dpop+jwt", "alg": "ES256",
                "jwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y}})
        );
        let payload_json: Value = serde_json::from_slice(&decoded(payload)).unwrap();
        assert_eq!(
            payload_json,
            json!({"htm": "POST", "htu": "https://us-east-1.signin.aws.amazon.com/v1/token",
                "iat": 1_700_000_000, "jti": "j"})
        );
        let point = [&[4], &decoded(&x)[..], &decoded(&y)].concat();
        let signature = Signature::from_slice(&decoded(signature)).unwrap();
        let signed = format!("{head}.{payload}");
        VerifyingKey::from_sec1_bytes(&point)
            .unwrap()
            .verify(signed.as_bytes(), &signature)
            .unwrap();
    }

    #[test]
    fn each_attempt_has_its_own_proof() {
        let key = DpopKey::from_random(&[7; 32]);
        let dpop = Dpop::new(&key, [1; 16]);
        let proof = || {
            let mut request = request();
            dpop.authorize(&mut request, Timestamp::EPOCH).unwrap();
            request.headers()["dpop"].clone()
        };
        assert_ne!(proof(), proof());
        assert_eq!(format!("{dpop:?}"), "Dpop(..)");
    }

    #[test]
    fn uuids_of_other_numbers_or_bytes_differ() {
        assert_ne!(nth_uuid(&[7; 16], 0), nth_uuid(&[7; 16], 1));
        assert_ne!(nth_uuid(&[7; 16], 0), nth_uuid(&[8; 16], 0));
    }
}
