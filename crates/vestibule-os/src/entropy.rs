use vestibule_world::Entropy;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::expect_used, reason = "to go on with guessable secrets would be worse")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::getrandom(bytes).expect("the operating system has randomness");
    }
}
