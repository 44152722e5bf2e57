use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use vestibule_types::Secret;
use vestibule_world::Entropy;
use zeroize::Zeroizing;

/// The token that a client must send: 256 random bits, in memory only.
#[derive(Debug)]
pub(crate) struct Token(Secret);

impl Token {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(&mut bytes[..]);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(&bytes[..])))
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Compares in constant time.
    pub(crate) fn matches(&self, given: &[u8]) -> bool {
        self.0.expose().as_bytes().ct_eq(given).into()
    }
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    #[test]
    fn only_the_exact_token_matches() {
        let token = Token::generate(&*memory::world().entropy);
        let text = token.secret().expose();
        assert_eq!(text.len(), 43);
        assert!(token.matches(text.as_bytes()));
        for wrong in ["", &text[1..], &text.to_lowercase(), &format!("Bearer {text}")] {
            assert!(!token.matches(wrong.as_bytes()), "{wrong}");
        }
    }
}
