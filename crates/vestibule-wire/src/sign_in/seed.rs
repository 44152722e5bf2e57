use std::fmt;

use vestibule_types::uuid_v4;
use zeroize::Zeroizing;

use super::Pkce;

/// The random bytes of a sign-in. The first 64 are for the authorization code flow.
#[derive(Clone)]
pub struct Seed<const N: usize>(Zeroizing<[u8; N]>);

impl<const N: usize> Seed<N> {
    /// The number of random bytes.
    pub const LEN: usize = N;

    /// Creates a seed from bytes of a cryptographically secure generator.
    pub fn new(random: Zeroizing<[u8; N]>) -> Self {
        const { assert!(64 <= N, "too short for a verifier and a state") }
        Self(random)
    }

    /// Returns the proof key for code exchange.
    pub fn pkce(&self) -> Pkce {
        Pkce::new(&self.part::<0, 48>())
    }

    /// Returns the state: a hyphenated UUID of version 4, as in the AWS CLI.
    pub fn state(&self) -> String {
        uuid_v4(&self.part::<48, 16>())
    }

    /// Returns `M` bytes from this position.
    pub fn part<const FROM: usize, const M: usize>(&self) -> Zeroizing<[u8; M]> {
        const { assert!(FROM + M <= N, "the seed is shorter") }
        let mut part = Zeroizing::new([0; M]);
        part.copy_from_slice(&self.0[FROM..FROM + M]);
        part
    }
}

impl<const N: usize> fmt::Debug for Seed<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_seed_are_different_bytes() {
        let mut bytes = Zeroizing::new([0; 80]);
        bytes.iter_mut().zip(0..).for_each(|(byte, index)| *byte = index);
        let seed = Seed::new(bytes);
        assert_eq!(*seed.part::<64, 4>(), [64, 65, 66, 67]);
        assert_eq!(seed.state(), "30313233-3435-4637-b839-3a3b3c3d3e3f");
        assert!(seed.pkce().verifier.expose().starts_with("AAECAwQF"));
    }
}
