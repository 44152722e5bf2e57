use std::fmt::Write as _;

/// A UUID, version 4, with hyphens.
pub(crate) fn uuid(random: &[u8; 16]) -> String {
    let mut bytes = *random;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The `n`-th of a row of UUIDs that nobody can foresee without the random bytes.
pub(crate) fn nth(random: &[u8; 16], n: u32) -> String {
    let digest = hmac_sha256::HMAC::mac(n.to_be_bytes(), random);
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    uuid(&half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_marked() {
        assert_eq!(uuid(&[0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid(&[0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn each_is_another() {
        assert_ne!(nth(&[7; 16], 0), nth(&[7; 16], 1));
        assert_ne!(nth(&[7; 16], 0), nth(&[8; 16], 0));
    }
}
