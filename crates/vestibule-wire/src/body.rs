use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

/// The body of a request. `Debug` shows its length only, since most contain a secret.
///
/// `Bytes::from(body)` is the body for an HTTP client, without a copy.
#[derive(Clone, Default)]
pub struct Body(Bytes);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<Body> for Bytes {
    fn from(body: Body) -> Self {
        body.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Endpoint;

    #[test]
    fn body_has_the_bytes_that_it_was_made_from() {
        for body in [
            Body::from("text"),
            Body::from("text".to_owned()),
            Body::from(b"text".to_vec()),
            Body::from(Bytes::from_static(b"text")),
        ] {
            assert_eq!((&*body, body.as_ref()), (&b"text"[..], &b"text"[..]));
            assert_eq!(Bytes::from(body), "text");
        }
    }

    #[test]
    fn debug_of_a_request_hides_its_body() {
        let endpoint = Endpoint::parse("https://oidc.test", None).unwrap();
        let ask = endpoint.post("/token").form([("code", "hidden")]);
        assert!(!format!("{ask:?}").contains("hidden"));
        let ask = ask.finish().unwrap();
        assert!(!format!("{ask:?}").contains("hidden"));
        assert!(format!("{ask:?}").contains("body: 11 bytes"), "{ask:?}");
    }
}
