use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use vestibule_types::Secret;
use vestibule_world::Entropy;
use zeroize::Zeroizing;

/// What a client has to show: 256 random bits that are nowhere but in memory.
#[derive(Debug)]
pub(crate) struct Token(Secret);

impl Token {
    pub(crate) fn draw(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(&mut bytes[..]);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(&bytes[..])))
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Takes as long for a near miss as for a wild guess.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        self.0.expose().as_bytes().ct_eq(given).into()
    }
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    #[test]
    fn nothing_but_the_token_is_the_token() {
        let token = Token::draw(&*memory::world().entropy);
        let text = token.secret().expose();
        assert_eq!(text.len(), 43);
        assert!(token.is(text.as_bytes()));
        for wrong in ["", &text[1..], &text.to_lowercase(), &format!("Bearer {text}")] {
            assert!(!token.is(wrong.as_bytes()), "{wrong}");
        }
    }
}
