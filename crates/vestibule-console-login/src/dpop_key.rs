use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey as _;
use zeroize::Zeroizing;

/// The PEM labels of the supported formats.
const FORMATS: [(&str, &str, Format); 2] = [
    ("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----", Format::Sec1),
    ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", Format::Pkcs8),
];

/// The DER before the private and the public key in SEC 1: lengths, and the name of the curve, without
/// which OpenSSL rejects a key.
const BEFORE_PRIVATE: [u8; 7] = [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20];
const BEFORE_PUBLIC: [u8; 16] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42,
];
/// The number of unused bits at the end of a bit string.
const NO_UNUSED_BITS: u8 = 0;

/// The length of a line of PEM.
const COLUMNS: usize = 64;

/// The private key of a sign-in, on the curve P-256.
///
/// Each sign-in has its own key. It signs every refresh: the refresh token cannot be used without it.
/// `Debug` does not show it, and it is zeroized when dropped.
#[derive(Clone)]
pub struct DpopKey(SigningKey);

/// Error returned when a text is not a valid key.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a P-256 private key in PEM format (SEC 1 or PKCS #8)")]
#[non_exhaustive]
pub struct InvalidKey;

#[derive(Clone, Copy)]
enum Format {
    Sec1,
    Pkcs8,
}

impl DpopKey {
    /// Creates a key from 32 random bytes.
    ///
    /// One number in four billion is not a valid key; it is hashed until it is.
    pub fn from_random(random: &[u8; 32]) -> Self {
        let mut scalar = Zeroizing::new(*random);
        loop {
            match SigningKey::from_slice(&scalar[..]) {
                Ok(key) => return Self(key),
                Err(_) => *scalar = hmac_sha256::Hash::hash(&scalar[..]),
            }
        }
    }

    /// Parses a key in PEM format: SEC 1 (`EC PRIVATE KEY`) or PKCS #8 (`PRIVATE KEY`), with or without
    /// the public key.
    ///
    /// Lines may have any length, and may end with the two characters `\n`, as in some files.
    ///
    /// # Errors
    /// [`InvalidKey`] for any other text, and for keys of other curves.
    pub fn from_pem(text: &str) -> Result<Self, InvalidKey> {
        let find_body = |(begin, end, format): (&str, &str, Format)| {
            let (_, rest) = text.split_once(begin)?;
            rest.split_once(end).map(|(body, _)| (body, format))
        };
        let (body, format) = FORMATS.into_iter().find_map(find_body).ok_or(InvalidKey)?;
        let body = Zeroizing::new(body.replace("\\n", "\n").replace("\\r", "\r"));
        let encoded: Zeroizing<Vec<u8>> =
            Zeroizing::new(body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
        let der = STANDARD.decode(&encoded).map(Zeroizing::new).map_err(|_| InvalidKey)?;
        let key = match format {
            Format::Sec1 => SecretKey::from_sec1_der(&der).map_err(|_| InvalidKey),
            Format::Pkcs8 => SecretKey::from_pkcs8_der(&der).map_err(|_| InvalidKey),
        };
        key.map(|key| Self(key.into()))
    }

    /// Returns the key in the form that the AWS CLI writes: SEC 1, with curve and public key.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let private = Zeroizing::new(<[u8; 32]>::from(self.0.to_bytes()));
        let public = self.0.verifying_key().to_sec1_point(false);
        let der = Zeroizing::new(
            [&BEFORE_PRIVATE, &private[..], &BEFORE_PUBLIC, &[NO_UNUSED_BITS], public.as_bytes()]
                .concat(),
        );
        let encoded = Zeroizing::new(STANDARD.encode(&*der));
        let (begin, end, _) = FORMATS[0];
        // Enough capacity: a string that grows leaves copies of the key in memory.
        let mut text = Zeroizing::new(String::with_capacity(2 * encoded.len()));
        text.push_str(begin);
        for (at, letter) in encoded.char_indices() {
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

    /// Returns the coordinates of the public key, in the form of a JSON Web Key.
    pub(crate) fn public(&self) -> (String, String) {
        let point = self.0.verifying_key().to_sec1_point(false);
        // Tag, x, y.
        let (x, y) = point.as_bytes()[1..].split_at(32);
        (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
    }

    /// Returns the ES256 signature: `r` and `s`, 64 bytes. Nonces are deterministic (RFC 6979).
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
    /// The key 1 by OpenSSL 3, `-param_enc named_curve`.
    const SEC1_OF_ONE: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABoAoGCCqGSM49\n\
        AwEHoUQDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/\n\
        m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n\
        -----END EC PRIVATE KEY-----\n";

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", STANDARD.encode(der))
    }

    #[track_caller]
    fn check_is_one(text: &str) {
        let (x, y) = DpopKey::from_pem(text).unwrap().public();
        assert_eq!((x.as_str(), y.as_str()), PUBLIC_OF_ONE);
    }

    #[test]
    fn public_key_is_derived_from_the_private_key() {
        let (x, y) = DpopKey::from_random(&ONE).public();
        assert_eq!((x.as_str(), y.as_str()), PUBLIC_OF_ONE);
    }

    #[test]
    fn pem_equals_that_of_the_aws_cli() {
        assert_eq!(*DpopKey::from_random(&ONE).to_pem(), SEC1_OF_ONE);
        check_is_one(SEC1_OF_ONE);
    }

    #[test]
    fn every_format_is_parsed() {
        let plain = [&[0x30, 0x25, 2, 1, 1, 4, 0x20], &ONE[..]].concat();
        check_is_one(&pem("EC PRIVATE KEY", &plain));
        let head: &[u8] = &[
            0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a,
            0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 4, 0x27,
        ];
        check_is_one(&pem("PRIVATE KEY", &[head, &plain].concat()));
        check_is_one(&SEC1_OF_ONE.replace('\n', "\r\n"));
        check_is_one(&SEC1_OF_ONE.replace('\n', "\\n"));
        check_is_one(&SEC1_OF_ONE.replace('\n', ""));
        check_is_one(&format!(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{SEC1_OF_ONE}"
        ));
    }

    #[test]
    fn invalid_key_is_an_error() {
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
    fn number_that_is_not_a_key_is_hashed() {
        let too_large = [0xff; 32];
        let next = hmac_sha256::Hash::hash(&too_large);
        assert_eq!(DpopKey::from_random(&too_large).public(), DpopKey::from_random(&next).public());
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", DpopKey::from_random(&ONE)), "DpopKey(..)");
    }

    proptest! {
        #[test]
        fn key_round_trips_through_pem(random in any::<[u8; 32]>()) {
            let key = DpopKey::from_random(&random);
            let read = DpopKey::from_pem(&key.to_pem()).unwrap();
            prop_assert_eq!(read.public(), key.public());
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in any::<String>(), der in any::<Vec<u8>>()) {
            let _ = DpopKey::from_pem(&text);
            let _ = DpopKey::from_pem(&pem("PRIVATE KEY", &der));
            let _ = DpopKey::from_pem(&pem("EC PRIVATE KEY", &der));
        }
    }
}
