use std::time::Duration;

/// Pseudo-random choices, which are the same for the same seed (xorshift64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Creates the choices of a seed. Zero counts as one.
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// Returns a number below the limit, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Returns a time of at most this length.
    pub fn up_to(&mut self, longest: Duration) -> Duration {
        let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX - 1);
        Duration::from_nanos(self.below(nanos + 1))
    }

    /// Returns true in one of this many cases.
    pub fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}
