//! Time-based one-time passwords.
//!
//! <https://www.rfc-editor.org/rfc/rfc6238>

use sha1_smol::Sha1;
use vestibule_types::Timestamp;

/// The seconds of one time step.
const STEP: i64 = 30;
/// The block size of SHA-1 (RFC 2104 §2).
const BLOCK: usize = 64;

/// A virtual MFA device with codes of six digits.
#[derive(Clone)]
pub(crate) struct Totp {
    seed: Vec<u8>,
}

impl Totp {
    /// Decodes a seed (RFC 4648 §6). Case, blanks and padding do not matter.
    pub(crate) fn from_base32(text: &str) -> Self {
        let mut seed = Vec::new();
        let (mut bits, mut count) = (0_u32, 0);
        for c in text.bytes() {
            let value = match c.to_ascii_uppercase() {
                letter @ b'A'..=b'Z' => letter - b'A',
                digit @ b'2'..=b'7' => digit - b'2' + 26,
                _ => continue,
            };
            bits = bits << 5 | u32::from(value);
            count += 5;
            if 8 <= count {
                count -= 8;
                seed.push((bits >> count & 0xff) as u8);
            }
        }
        Self { seed }
    }

    /// Returns the time step of a code. The steps before and after are accepted, since clocks differ.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let step = now.unix_seconds().div_euclid(STEP);
        (step - 1..=step + 1).find(|step| self.code(*step) == code)
    }

    /// Returns the code of a time step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> String {
        let hash = hmac_sha1(&self.seed, &step.to_be_bytes());
        let offset = usize::from(hash[19] & 0x0f);
        let mut word = [0; 4];
        word.copy_from_slice(&hash[offset..offset + 4]);
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }
}

/// Returns the HMAC of a message with SHA-1 (RFC 2104).
fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let hashed = (BLOCK < key.len()).then(|| Sha1::from(key).digest().bytes());
    let key = hashed.as_ref().map_or(key, |hash| &hash[..]);
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        block
    };
    let round = |pad: [u8; BLOCK], message: &[u8]| {
        let mut hash = Sha1::new();
        hash.update(&pad);
        hash.update(message);
        hash.digest().bytes()
    };
    round(pad(0x5c), &round(pad(0x36), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_match() {
        // RFC 6238, appendix B, cut to six digits.
        let device = Totp::from_base32("gezd gnbv gy3tqojqGEZDGNBVGY3TQOJQ==");
        assert_eq!(device.seed, b"12345678901234567890");
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(device.code(at / STEP), code);
            let now = Timestamp::from_unix(at, 0).unwrap();
            assert_eq!(device.step_of(code, now), Some(at / STEP));
        }
    }

    #[test]
    fn key_longer_than_a_block_is_hashed_first() {
        // RFC 2202, case 6.
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        let mac = hmac_sha1(&[0xaa; 80], message);
        assert_eq!(vestibule_types::hex(&mac), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }
}
