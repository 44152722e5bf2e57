//! Proofs of possession (DPoP): a token for one request, signed with the key of the session.
//!
//! <https://www.rfc-editor.org/rfc/rfc9449#section-4.3>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use vestibule_types::Timestamp;

use crate::context::RequestContext;
use crate::table::Table;

/// The largest difference between the clocks of client and service, in seconds.
const MAX_CLOCK_SKEW: i64 = 300;

/// A public key on P-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

/// The ids of the proofs that were used, with the time of the request.
#[derive(Default)]
pub(super) struct Proofs(Table<i64>);

impl Proofs {
    /// Verifies the proof of a request, which is valid once, and returns its key.
    pub(super) fn verify(
        &mut self,
        context: &RequestContext<'_>,
    ) -> Result<PublicKey, &'static str> {
        let mut headers = context.request.headers().get_all("dpop").iter();
        let (Some(proof), None) = (headers.next(), headers.next()) else {
            return Err("There is not exactly one DPoP header");
        };
        let proof = proof.to_str().map_err(|_| "The DPoP proof is not text")?;
        let mut parts = proof.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("The DPoP proof does not have three parts");
        };
        let key = PublicKey::from_header(&object(header)?)?;
        let signature = decode(signature)?;
        key.verify(&format!("{header}.{payload}"), &signature)?;
        let payload = object(payload)?;
        check(&payload, context)?;
        let id = payload["jti"].as_str().unwrap_or_default();
        if self.0.get(id).is_some() {
            return Err("The DPoP proof was used before");
        }
        self.0.insert(id.to_owned(), context.now.unix_seconds());
        Ok(key)
    }
}

/// Checks the claims of a proof.
fn check(payload: &Value, context: &RequestContext<'_>) -> Result<(), &'static str> {
    let request = context.request;
    if payload["htm"] != request.method().as_str() {
        return Err("htm of the DPoP proof is another method");
    }
    let url = format!("{}{}", context.origin.base, request.uri().path());
    if payload["htu"] != url {
        return Err("htu of the DPoP proof is another URL");
    }
    let issued = payload["iat"].as_i64().ok_or("iat of the DPoP proof is not a number")?;
    if !is_recent(issued, context.now) {
        return Err("iat of the DPoP proof is too far from the time of the service");
    }
    let has_id = payload["jti"].as_str().is_some_and(|id| (1..=128).contains(&id.len()));
    if has_id { Ok(()) } else { Err("jti of the DPoP proof is missing") }
}

fn is_recent(issued: i64, now: Timestamp) -> bool {
    issued.checked_sub(now.unix_seconds()).is_some_and(|apart| apart.abs() <= MAX_CLOCK_SKEW)
}

impl PublicKey {
    fn from_header(header: &Value) -> Result<Self, &'static str> {
        if header["typ"] != "dpop+jwt" {
            return Err("typ of the DPoP proof is not dpop+jwt");
        }
        if header["alg"] != "ES256" {
            return Err("alg of the DPoP proof is not ES256");
        }
        let jwk = &header["jwk"];
        if jwk["kty"] != "EC" || jwk["crv"] != "P-256" {
            return Err("jwk of the DPoP proof is not a key on P-256");
        }
        if jwk.get("d").is_some() {
            return Err("jwk of the DPoP proof has the private key");
        }
        let coordinate = |name: &str| {
            let bytes = decode(jwk[name].as_str().unwrap_or_default())?;
            bytes.try_into().map_err(|_| "jwk of the DPoP proof is not a point")
        };
        Ok(Self { x: coordinate("x")?, y: coordinate("y")? })
    }

    #[cfg(feature = "console-sign-in")]
    fn verify(&self, text: &str, signature: &[u8]) -> Result<(), &'static str> {
        use p256::ecdsa::signature::Verifier as _;
        use p256::ecdsa::{Signature, VerifyingKey};

        let point = [&[4], &self.x[..], &self.y].concat();
        let key = VerifyingKey::from_sec1_bytes(&point);
        let signature = Signature::from_slice(signature);
        key.and_then(|key| key.verify(text.as_bytes(), &signature?))
            .map_err(|_| "The signature of the DPoP proof is wrong")
    }

    /// Without a library for the curve, no proof can be verified.
    #[cfg(not(feature = "console-sign-in"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn verify(&self, _text: &str, _signature: &[u8]) -> Result<(), &'static str> {
        Err("This emulator was built without the feature console-sign-in")
    }
}

fn object(part: &str) -> Result<Value, &'static str> {
    match serde_json::from_slice(&decode(part)?) {
        Ok(value @ Value::Object(_)) => Ok(value),
        _ => Err("The DPoP proof is not JSON"),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| "The DPoP proof is not in base64url")
}
