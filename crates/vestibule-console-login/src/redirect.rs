//! How the code gets from the browser to this program.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq as _;
use vestibule_types::AuthorizationCode;
use vestibule_wire::Endpoint;
use zeroize::Zeroizing;

/// A person may lose the padding when copying.
const PASTED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where the browser runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two clients that the service knows")]
pub enum Device {
    /// On this machine: it comes back to a port of 127.0.0.1.
    Same {
        /// The port.
        port: u16,
    },
    /// On another machine: it shows a text, which the person carries over.
    Cross,
}

impl Device {
    /// The OAuth client, by the name that the service has for it.
    pub fn client_id(self) -> &'static str {
        match self {
            Self::Same { .. } => "arn:aws:signin:::devtools/same-device",
            Self::Cross => "arn:aws:signin:::devtools/cross-device",
        }
    }

    /// Where the browser is sent with the code.
    pub(crate) fn redirect_uri(self, at: &Endpoint) -> String {
        match self {
            Self::Same { port } => format!("http://127.0.0.1:{port}/oauth/callback"),
            Self::Cross => format!("{}/v1/sessions/confirmation", at.url()),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Returned {
    Code(AuthorizationCode),
    /// The person or the service refused; the text is untrusted.
    Refusal(String),
    /// Not the answer to our question: another state, or none; or neither code nor error.
    Stray,
}

/// Reads the address of a redirect, or what the page on another device shows: `state=…&code=…` as
/// base64. Only one with this very state is ours.
pub(crate) fn read(text: &str, device: Device, state: &str) -> Returned {
    match device {
        Device::Same { .. } => {
            let query = text.trim().split_once('?').map_or("", |(_, query)| query);
            read_query(query.split('#').next().unwrap_or(query), state)
        }
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
            let pairs = PASTED.decode(&*letters).map(Zeroizing::new);
            let pairs = pairs.ok();
            let pairs = pairs.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
            read_query(pairs.unwrap_or_default(), state)
        }
    }
}

fn read_query(query: &str, state: &str) -> Returned {
    let value = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decode(value))
    };
    let ours =
        value("state").is_some_and(|found| bool::from(found.as_bytes().ct_eq(state.as_bytes())));
    if !ours {
        return Returned::Stray;
    }
    match (value("error"), value("code")) {
        (Some(error), _) => Returned::Refusal(match value("error_description") {
            Some(description) => format!("{error}: {description}"),
            None => error,
        }),
        (None, Some(code)) if !code.is_empty() => Returned::Code(AuthorizationCode::new(code)),
        _ => Returned::Stray,
    }
}

fn decode(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, device: Device, state: &str, expected: &str) {
        let found = match read(text, device, state) {
            Returned::Code(code) => format!("code {}", code.expose()),
            Returned::Refusal(reason) => format!("refused: {reason}"),
            Returned::Stray => "stray".into(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn redirects() {
        let check = |text, expected| check(text, Device::Same { port: 1 }, "S", expected);
        check("/oauth/callback?code=a%2Fb&state=S", "code a/b");
        check(" http://127.0.0.1:1/oauth/callback?state=S&code=C#x \n", "code C");
        let refusal = "/oauth/callback?state=S&error=access_denied&error_description=No+way";
        check(refusal, "refused: access_denied: No way");
        for stray in ["", "/?code=C", "/?code=C&state=T", "/?code=&state=S", "/?state=S", "C"] {
            check(stray, "stray");
        }
    }

    #[test]
    fn pasted_texts() {
        let check = |text, state, expected| check(text, Device::Cross, state, expected);
        check("c3RhdGU9UyZjb2RlPUM=", "S", "code C");
        check(" c3RhdGU9Uy\nZjb2RlPUM ", "S", "code C");
        check("c3RhdGU9UyZjb2RlPUM=", "T", "stray");
        // `state=S&code=?>` in both alphabets.
        check("c3RhdGU9UyZjb2RlPT8-", "S", "code ?>");
        check("c3RhdGU9UyZjb2RlPT8+", "S", "code ?>");
        for stray in ["", "state=S&code=C", "%%%", "c3Rh"] {
            check(stray, "S", "stray");
        }
    }

    proptest! {
        #[test]
        fn nothing_with_another_state_is_ours(text in any::<String>()) {
            for device in [Device::Same { port: 1 }, Device::Cross] {
                let read = read(&text, device, "0b5c1c2e-7d7b-4a52-9a52-000000000001");
                prop_assert!(matches!(read, Returned::Stray));
            }
        }
    }
}
