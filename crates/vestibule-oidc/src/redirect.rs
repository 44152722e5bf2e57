use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;
use vestibule_types::AuthorizationCode;

/// What a redirect brings, read from its address.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "RFC 6749 §4.1.2 knows these, the rest is noise")]
pub enum Redirect {
    /// The code for a token.
    Code(AuthorizationCode),
    /// The person or the service refused; the texts are for people, and untrusted.
    Error {
        /// RFC 6749's code.
        error: String,
        /// What the service adds.
        description: Option<String>,
    },
    /// Not the answer to our question: another state, or none; or neither code nor error.
    Stray,
}

impl Redirect {
    /// Reads an address, or its path and query; only one with this very state is ours.
    pub fn read(address: &str, state: &str) -> Self {
        let address = address.trim();
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or(query);
        // RFC 6749 §3.1: what comes twice was not sent by the service.
        let value = |name: &str| {
            let mut values = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| decode(value));
            values.next().filter(|_| values.next().is_none())
        };
        let ours = value("state")
            .is_some_and(|found| bool::from(found.as_bytes().ct_eq(state.as_bytes())));
        if !ours {
            return Self::Stray;
        }
        match (value("error"), value("code")) {
            (Some(error), _) => Self::Error {
                error: error.into_owned(),
                description: value("error_description").map(Cow::into_owned),
            },
            (None, Some(code)) if !code.is_empty() => {
                Self::Code(AuthorizationCode::new(code.into_owned()))
            }
            _ => Self::Stray,
        }
    }
}

fn decode(value: &str) -> Cow<'_, str> {
    let spaced = value.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STATE: &str = "0b5c1c2e-7d7b-4a52-9a52-000000000001";

    fn read(query: &str) -> String {
        match Redirect::read(&format!("/oauth/callback?{query}"), STATE) {
            Redirect::Code(code) => format!("code {}", code.expose()),
            Redirect::Error { error, description } => {
                format!("error {error} {}", description.unwrap_or_default())
            }
            Redirect::Stray => "stray".into(),
        }
    }

    #[test]
    fn codes_errors_and_strays() {
        assert_eq!(read(&format!("code=a%2Fb&state={STATE}")), "code a/b");
        assert_eq!(
            read(&format!("state={STATE}&error=access_denied&error_description=No+way%21")),
            "error access_denied No way!"
        );
        for stray in [
            "code=abc".into(),
            "code=abc&state=other".into(),
            format!("code=abc&state={STATE}x"),
            format!("code=&state={STATE}"),
            format!("state={STATE}"),
            format!("code=abc&state={STATE}&state=other"),
            format!("code=abc&code=def&state={STATE}"),
            String::new(),
        ] {
            assert_eq!(read(&stray), "stray", "{stray}");
        }
    }

    #[test]
    fn a_pasted_address_is_read_whole() {
        let pasted = format!("  http://127.0.0.1:4321/oauth/callback?code=xyz&state={STATE}#  \n");
        assert!(
            matches!(Redirect::read(&pasted, STATE), Redirect::Code(code) if code.expose() == "xyz")
        );
    }

    proptest! {
        #[test]
        fn no_address_with_another_state_is_ours(address in ".{0,60}") {
            prop_assert!(matches!(Redirect::read(&address, STATE), Redirect::Stray));
        }
    }
}
