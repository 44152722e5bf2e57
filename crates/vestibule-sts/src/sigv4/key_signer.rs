use std::fmt;

use hmac_sha256::Hash;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use vestibule_types::{Region, Timestamp, hex};
use vestibule_wire::{AfterResponse, Authorize, Exchange, Request, RequestError};

use super::canonical::{self, DATE, SignedHeaders};
use super::{ClockSkew, Options, SignableRequest};

/// A private key that signs requests in place of a secret access key.
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// Returns the name of the algorithm, such as `AWS4-X509-RSA-SHA256`.
    fn algorithm(&self) -> &str;

    /// Returns the id of the key, which the service looks it up by.
    fn id(&self) -> &str;

    /// Returns the signature of a message; `None` if the key cannot sign.
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// Signs the requests of a client to one service with a private key, corrected for clock skew.
///
/// The signature covers all headers of the request.
///
/// <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html>
/// (read 2026-11)
#[derive(Clone, Debug)]
pub struct KeySigner<K> {
    key: K,
    region: Region,
    service: &'static str,
    skew: ClockSkew,
}

impl<K: SigningKey> KeySigner<K> {
    /// Creates a signer for a service in a region.
    pub fn new(key: K, region: Region, service: &'static str) -> Self {
        Self { key, region, service, skew: ClockSkew::default() }
    }

    /// Sets the clock skew, which is shared with other signers.
    #[must_use]
    pub fn with_skew(mut self, skew: ClockSkew) -> Self {
        self.skew = skew;
        self
    }

    /// Returns the header of the signature.
    fn authorization(&self, request: &Request, at: &str) -> Result<String, RequestError> {
        let message = SignableRequest::from_request(request)?;
        let headers = SignedHeaders::new(&message, &[(DATE, at)]);
        let payload_hash = hex(&Hash::hash(message.body));
        let text = canonical::request(&message, &headers, &[], &payload_hash, Options::default());
        let day = at.get(..8).unwrap_or(at);
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let algorithm = self.key.algorithm();
        let hash = hex(&Hash::hash(text.as_bytes()));
        let signature = self.key.sign(format!("{algorithm}\n{at}\n{scope}\n{hash}").as_bytes());
        let signature = signature.ok_or_else(|| RequestError::new("the signature"))?;
        Ok(format!(
            "{algorithm} Credential={}/{scope}, SignedHeaders={}, Signature={}",
            self.key.id(),
            headers.names(),
            hex(&signature)
        ))
    }
}

impl<K: SigningKey> Authorize for KeySigner<K> {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
        let at = self.skew.correct(now).compact();
        let unsendable = || RequestError::new("header authorization");
        let authorization = self.authorization(request, &at)?;
        let mut authorization = HeaderValue::from_str(&authorization).map_err(|_| unsendable())?;
        authorization.set_sensitive(true);
        let date = HeaderValue::from_str(&at).map_err(|_| unsendable())?;
        request.headers_mut().insert(DATE, date);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(())
    }

    fn observe(&self, exchange: &Exchange<'_>) -> AfterResponse {
        if self.skew.observe(exchange) { AfterResponse::Resign } else { AfterResponse::Accept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Key(Option<&'static [u8]>);

    impl SigningKey for Key {
        fn algorithm(&self) -> &'static str {
            "AWS4-X509-RSA-SHA256"
        }

        fn id(&self) -> &'static str {
            "1234"
        }

        fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
            let text = std::str::from_utf8(message).unwrap();
            let begin = "AWS4-X509-RSA-SHA256\n20150830T123600Z\n\
                         20150830/us-east-1/rolesanywhere/aws4_request\n";
            assert!(text.starts_with(begin), "{text}");
            self.0.map(<[u8]>::to_vec)
        }
    }

    fn sign(key: Key) -> Result<Request, RequestError> {
        let mut request =
            http::Request::post("https://rolesanywhere.us-east-1.amazonaws.com/sessions")
                .header("x-amz-x509", "QUJD")
                .body("{}".into())
                .unwrap();
        let region = Region::new("us-east-1").unwrap();
        let at = Timestamp::from_compact("20150830T123600Z").unwrap();
        KeySigner::new(key, region, "rolesanywhere").authorize(&mut request, at)?;
        Ok(request)
    }

    #[test]
    fn signature_of_a_key_names_its_id_and_covers_the_headers() {
        let request = sign(Key(Some(&[0xab, 0x01]))).unwrap();
        assert_eq!(
            request.headers()["authorization"],
            "AWS4-X509-RSA-SHA256 \
             Credential=1234/20150830/us-east-1/rolesanywhere/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-x509, Signature=ab01"
        );
        assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
    }

    #[test]
    fn key_that_cannot_sign_is_an_error() {
        sign(Key(None)).unwrap_err();
    }
}
