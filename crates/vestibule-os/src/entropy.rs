use vestibule_world::Entropy;

/// The operating system's random number generator.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::expect_used, reason = "guessable secrets would be worse than a panic")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::getrandom(bytes).expect("the operating system provides randomness");
    }
}
