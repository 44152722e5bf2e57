use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that look random and are the same in each run.
#[derive(Debug, Default)]
pub struct Entropy(AtomicU64);

impl crate::Entropy for Entropy {
    #[inline]
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // SplitMix64: one step a byte is plenty for a test.
            let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (mixed >> 56) as u8;
        }
    }
}
