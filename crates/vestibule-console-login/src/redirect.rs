use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use vestibule_wire::sign_in::Redirect;
use vestibule_wire::{Endpoint, RedirectUri};
use zeroize::Zeroizing;

/// Accepts text without padding, which may be lost in copying.
const PASTED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The device whose browser the user signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the service has two clients")]
pub enum Device {
    /// This machine: the browser is redirected to a port of 127.0.0.1.
    Same {
        /// The port.
        port: u16,
    },
    /// Another machine: the page shows a text, which the user pastes.
    Cross,
}

impl Device {
    /// Returns the id of the OAuth client.
    pub fn client_id(self) -> &'static str {
        match self {
            Self::Same { .. } => "arn:aws:signin:::devtools/same-device",
            Self::Cross => "arn:aws:signin:::devtools/cross-device",
        }
    }

    /// Returns the address to which the browser is redirected with the code.
    pub(crate) fn redirect_uri(self, endpoint: &Endpoint) -> String {
        match self {
            Self::Same { port } => RedirectUri::loopback(port).address(),
            Self::Cross => format!("{}/v1/sessions/confirmation", endpoint.url()),
        }
    }
}

/// Parses the address of a redirect, or the text on the page of another device: `state=…&code=…` as
/// base64.
pub(crate) fn parse(text: &str, device: Device, state: &str) -> Redirect {
    match device {
        Device::Same { .. } => Redirect::parse(text, state),
        Device::Cross => {
            let letters: Zeroizing<String> = Zeroizing::new(
                text.chars()
                    .filter(|c| !c.is_whitespace())
                    .map(|c| match c {
                        '-' => '+',
                        '_' => '/',
                        c => c,
                    })
                    .collect(),
            );
            let decoded = PASTED.decode(&*letters).map(Zeroizing::new).ok();
            let query = decoded.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
            Redirect::parse_query(query.unwrap_or_default(), state)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, state: &str, expected: &str) {
        let code = match parse(text, Device::Cross, state) {
            Redirect::Code(code) => code.expose().to_owned(),
            _ => String::new(),
        };
        assert_eq!(code, expected, "{text}");
    }

    #[test]
    fn pasted_text_in_either_base64_alphabet_has_a_code() {
        check("c3RhdGU9UyZjb2RlPUM=", "S", "C");
        check(" c3RhdGU9Uy\nZjb2RlPUM ", "S", "C");
        check("c3RhdGU9UyZjb2RlPUM=", "T", "");
        // `state=S&code=?>` in both alphabets.
        check("c3RhdGU9UyZjb2RlPT8-", "S", "?>");
        check("c3RhdGU9UyZjb2RlPT8+", "S", "?>");
        for unrelated in ["", "state=S&code=C", "%%%", "c3Rh"] {
            check(unrelated, "S", "");
        }
    }

    proptest! {
        #[test]
        fn any_text_without_the_state_is_unrelated(text in any::<String>()) {
            let redirect = parse(&text, Device::Cross, "0b5c1c2e-7d7b-4a52-9a52-000000000001");
            prop_assert!(matches!(redirect, Redirect::Unrelated));
        }
    }
}
