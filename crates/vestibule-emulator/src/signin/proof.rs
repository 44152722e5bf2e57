//! Proof of possession: a token made for one request, by the key that the sign-in belongs to.
//!
//! <https://www.rfc-editor.org/rfc/rfc9449#section-4.3>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use vestibule_types::Timestamp;

use crate::handle::Arrival;
use crate::table::Table;

/// How many seconds the clocks may be apart.
const WINDOW: i64 = 300;

/// The public half of a key, as two coordinates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    x: [u8; 32],
    y: [u8; 32],
}

/// Whose proof a request carries; each is good for one request.
pub(super) fn verify(arrival: &Arrival<'_>, seen: &mut Table<i64>) -> Result<Key, &'static str> {
    let mut headers = arrival.request.headers().get_all("dpop").iter();
    let (Some(proof), None) = (headers.next(), headers.next()) else {
        return Err("There is not exactly one DPoP header");
    };
    let proof = proof.to_str().map_err(|_| "The DPoP proof is no text")?;
    let mut parts = proof.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("The DPoP proof does not have three parts");
    };
    let key = Key::of(&object(header)?)?;
    let signature = decode(signature)?;
    key.verify(&format!("{header}.{payload}"), &signature)?;
    let payload = object(payload)?;
    check(&payload, arrival)?;
    let name = payload["jti"].as_str().unwrap_or_default();
    if seen.get(name).is_some() {
        return Err("The DPoP proof was shown before");
    }
    seen.insert(name.to_owned(), arrival.now.unix_seconds());
    Ok(key)
}

/// What a proof says of the request.
fn check(payload: &Value, arrival: &Arrival<'_>) -> Result<(), &'static str> {
    let request = arrival.request;
    if payload["htm"] != request.method().as_str() {
        return Err("htm of the DPoP proof is another method");
    }
    let url = format!("{}{}", arrival.place.base, request.uri().path());
    if payload["htu"] != url {
        return Err("htu of the DPoP proof is another address");
    }
    let made = payload["iat"].as_i64().ok_or("iat of the DPoP proof is no number")?;
    if !is_near(made, arrival.now) {
        return Err("iat of the DPoP proof is too far away");
    }
    let named = payload["jti"].as_str().is_some_and(|name| (1..=128).contains(&name.len()));
    if named { Ok(()) } else { Err("jti of the DPoP proof is missing") }
}

fn is_near(made: i64, now: Timestamp) -> bool {
    made.checked_sub(now.unix_seconds()).is_some_and(|apart| apart.abs() <= WINDOW)
}

impl Key {
    fn of(header: &Value) -> Result<Self, &'static str> {
        if header["typ"] != "dpop+jwt" {
            return Err("typ of the DPoP proof is not dpop+jwt");
        }
        if header["alg"] != "ES256" {
            return Err("alg of the DPoP proof is not ES256");
        }
        let jwk = &header["jwk"];
        if jwk["kty"] != "EC" || jwk["crv"] != "P-256" {
            return Err("jwk of the DPoP proof is not of P-256");
        }
        if jwk.get("d").is_some() {
            return Err("jwk of the DPoP proof has a private half");
        }
        let coordinate = |name: &str| {
            let bytes = decode(jwk[name].as_str().unwrap_or_default())?;
            bytes.try_into().map_err(|_| "jwk of the DPoP proof is no point")
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
            .map_err(|_| "The signature of the DPoP proof does not hold")
    }

    /// Without a library for the curve nothing can be verified, so nothing is let through.
    #[cfg(not(feature = "console-sign-in"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn verify(&self, _text: &str, _signature: &[u8]) -> Result<(), &'static str> {
        Err("This emulator was built without its feature console-sign-in")
    }
}

fn object(part: &str) -> Result<Value, &'static str> {
    match serde_json::from_slice(&decode(part)?) {
        Ok(value @ Value::Object(_)) => Ok(value),
        _ => Err("The DPoP proof is not of JSON"),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, &'static str> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| "The DPoP proof is not in base64url")
}
