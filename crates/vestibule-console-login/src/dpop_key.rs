use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey as _;
use zeroize::Zeroizing;

/// What encloses a key, and its form inside.
const FORMS: [(&str, &str, Form); 2] = [
    ("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----", Form::Sec1),
    ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", Form::Pkcs8),
];

/// What stands before the private and the public key in SEC 1's DER: the lengths, and the name of
/// the curve, without which OpenSSL refuses a key.
const BEFORE_PRIVATE: [u8; 7] = [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20];
const BEFORE_PUBLIC: [u8; 16] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42,
];
/// Of a bit string, how many bits at its end are none.
const NO_UNUSED_BITS: u8 = 0;

/// PEM's longest line.
const COLUMNS: usize = 64;

/// The private key that a sign-in is bound to, on the curve P-256.
///
/// One is made for each sign-in, and every refresh is signed with it: a refresh token is worth
/// nothing without. `Debug` shows nothing of it; it is wiped when dropped.
#[derive(Clone)]
pub struct DpopKey(SigningKey);

/// A text that is no such key.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a private key of the curve P-256 as PEM, in SEC 1 or PKCS #8")]
#[non_exhaustive]
pub struct InvalidKey;

#[derive(Clone, Copy)]
enum Form {
    Sec1,
    Pkcs8,
}

impl DpopKey {
    /// The key made of 32 random bytes.
    ///
    /// One number in four thousand million is too large for a key; it is hashed until it is not.
    pub fn from_random(random: &[u8; 32]) -> Self {
        let mut scalar = Zeroizing::new(*random);
        loop {
            match SigningKey::from_slice(&scalar[..]) {
                Ok(key) => return Self(key),
                Err(_) => *scalar = hmac_sha256::Hash::hash(&scalar[..]),
            }
        }
    }

    /// Reads a key as PEM: SEC 1 (`EC PRIVATE KEY`) or PKCS #8 (`PRIVATE KEY`), with the public
    /// key in it or without.
    ///
    /// Lines may be of any length and end in any way, also with the two characters `\n`, as in
    /// some files.
    ///
    /// # Errors
    /// [`InvalidKey`] for everything else, a key of another curve included.
    pub fn from_pem(text: &str) -> Result<Self, InvalidKey> {
        let inside = |(begin, end, form): (&str, &str, Form)| {
            let (_, rest) = text.split_once(begin)?;
            rest.split_once(end).map(|(body, _)| (body, form))
        };
        let (body, form) = FORMS.into_iter().find_map(inside).ok_or(InvalidKey)?;
        let body = Zeroizing::new(body.replace("\\n", "\n").replace("\\r", "\r"));
        let letters: Zeroizing<Vec<u8>> =
            Zeroizing::new(body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
        let der = STANDARD.decode(&letters).map(Zeroizing::new).map_err(|_| InvalidKey)?;
        let key = match form {
            Form::Sec1 => SecretKey::from_sec1_der(&der).map_err(|_| InvalidKey),
            Form::Pkcs8 => SecretKey::from_pkcs8_der(&der).map_err(|_| InvalidKey),
        };
        key.map(|key| Self(key.into()))
    }

    /// The key as the AWS CLI writes it: SEC 1, with curve and public key.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let private = Zeroizing::new(<[u8; 32]>::from(self.0.to_bytes()));
        let public = self.0.verifying_key().to_sec1_point(false);
        let der = Zeroizing::new(
            [&BEFORE_PRIVATE, &private[..], &BEFORE_PUBLIC, &[NO_UNUSED_BITS], public.as_bytes()]
                .concat(),
        );
        let letters = Zeroizing::new(STANDARD.encode(&*der));
        let (begin, end, _) = FORMS[0];
        // With room for all of it: a text that grows leaves copies of what it held.
        let mut text = Zeroizing::new(String::with_capacity(2 * letters.len()));
        text.push_str(begin);
        for (at, letter) in letters.char_indices() {
            if at % COLUMNS == 0 {
                text.push('\n');
            }
            text.push(letter);
        }
        text.push('\n');
        text.push_str(end);
        text.push('\n');
        text
    }

    /// The public key's coordinates, as a JSON Web Key has them.
    pub(crate) fn public(&self) -> (String, String) {
        let point = self.0.verifying_key().to_sec1_point(false);
        // Tag, x, y.
        let (x, y) = point.as_bytes()[1..].split_at(32);
        (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
    }

    /// ES256: `r` and `s`, 64 bytes, with RFC 6979's nonce: the same text, the same signature.
    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        let signature: Signature = self.0.sign(text.as_bytes());
        signature.to_bytes().into()
    }
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DpopKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: [u8; 32] = {
        let mut scalar = [0; 32];
        scalar[31] = 1;
        scalar
    };
    /// x and y of the curve's generator, which is the public key of 1.
    const PUBLIC_OF_ONE: (&str, &str) = (
        "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    );
    /// As OpenSSL 3 writes the key 1, `-param_enc named_curve`.
    const SEC1_OF_ONE: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABoAoGCCqGSM49\n\
        AwEHoUQDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/\n\
        m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n\
        -----END EC PRIVATE KEY-----\n";

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", STANDARD.encode(der))
    }

    #[track_caller]
    fn is_one(text: &str) {
        let (x, y) = DpopKey::from_pem(text).unwrap().public();
        assert_eq!((x.as_str(), y.as_str()), PUBLIC_OF_ONE);
    }

    #[test]
    fn the_public_key_follows_from_the_private_one() {
        let (x, y) = DpopKey::from_random(&ONE).public();
        assert_eq!((x.as_str(), y.as_str()), PUBLIC_OF_ONE);
    }

    #[test]
    fn what_the_aws_cli_writes_is_what_we_write() {
        assert_eq!(*DpopKey::from_random(&ONE).to_pem(), SEC1_OF_ONE);
        is_one(SEC1_OF_ONE);
    }

    #[test]
    fn every_form_is_read() {
        let plain = [&[0x30, 0x25, 2, 1, 1, 4, 0x20], &ONE[..]].concat();
        is_one(&pem("EC PRIVATE KEY", &plain));
        let head: &[u8] = &[
            0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a,
            0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 4, 0x27,
        ];
        is_one(&pem("PRIVATE KEY", &[head, &plain].concat()));
        is_one(&SEC1_OF_ONE.replace('\n', "\r\n"));
        is_one(&SEC1_OF_ONE.replace('\n', "\\n"));
        is_one(&SEC1_OF_ONE.replace('\n', ""));
        is_one(&format!(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{SEC1_OF_ONE}"
        ));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let zero = [&[0x30, 0x25, 2, 1, 1, 4, 0x20], &[0; 32][..]].concat();
        for text in [
            String::new(),
            "-----BEGIN EC PRIVATE KEY-----".to_owned(),
            pem("EC PRIVATE KEY", &zero),
            pem("EC PRIVATE KEY", b"no DER"),
            pem("PUBLIC KEY", b""),
            SEC1_OF_ONE.replace("axfR", "AxfR"),
            SEC1_OF_ONE.replace("MHcC", "M?cC"),
        ] {
            assert_eq!(DpopKey::from_pem(&text).map(drop), Err(InvalidKey), "{text}");
        }
    }

    #[test]
    fn a_number_that_is_no_key_becomes_one() {
        let none = [0xff; 32];
        let next = hmac_sha256::Hash::hash(&none);
        assert_eq!(DpopKey::from_random(&none).public(), DpopKey::from_random(&next).public());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", DpopKey::from_random(&ONE)), "DpopKey(..)");
    }

    proptest! {
        #[test]
        fn a_key_is_read_back(random in any::<[u8; 32]>()) {
            let key = DpopKey::from_random(&random);
            let read = DpopKey::from_pem(&key.to_pem()).unwrap();
            prop_assert_eq!(read.public(), key.public());
        }

        #[test]
        fn any_text_is_a_key_or_not(text in any::<String>(), der in any::<Vec<u8>>()) {
            let _ = DpopKey::from_pem(&text);
            let _ = DpopKey::from_pem(&pem("PRIVATE KEY", &der));
            let _ = DpopKey::from_pem(&pem("EC PRIVATE KEY", &der));
        }
    }
}
