use vestibule_types::uuid_v4;

/// Returns the `n`-th of a sequence of UUIDs that cannot be predicted without the random bytes.
pub(crate) fn nth(random: &[u8; 16], n: u32) -> String {
    let digest = hmac_sha256::HMAC::mac(n.to_be_bytes(), random);
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    uuid_v4(&half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_of_other_numbers_or_seeds_differ() {
        assert_ne!(nth(&[7; 16], 0), nth(&[7; 16], 1));
        assert_ne!(nth(&[7; 16], 0), nth(&[8; 16], 0));
    }
}
