use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;
use vestibule_types::{AuthorizationCode, printable_line};

/// The content of a redirect to the callback address.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "RFC 6749 §4.1.2 has these")]
pub enum Redirect {
    /// The authorization code.
    Code(AuthorizationCode),
    /// The user or the service denied the request.
    Denied {
        /// The error code of RFC 6749 and its description, on one printable line.
        reason: String,
    },
    /// Not a redirect of this sign-in: the state is missing or different, or there is neither a code nor
    /// an error.
    Unrelated,
}

impl Redirect {
    /// Parses an address, or its path and query, and compares its state in constant time.
    pub fn parse(address: &str, state: &str) -> Self {
        let query = address.trim().split_once('?').map_or("", |(_, query)| query);
        Self::parse_query(query.split('#').next().unwrap_or(query), state)
    }

    /// Parses the query of an address, and compares its state in constant time.
    pub fn parse_query(query: &str, state: &str) -> Self {
        // RFC 6749 §3.1: parameters must not repeat.
        let value = |name: &str| {
            let mut values = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| decode(value));
            values.next().filter(|_| values.next().is_none())
        };
        let is_ours = value("state")
            .is_some_and(|found| bool::from(found.as_bytes().ct_eq(state.as_bytes())));
        if !is_ours {
            return Self::Unrelated;
        }
        match (value("error"), value("code")) {
            (Some(error), _) => {
                let reason = match value("error_description") {
                    Some(description) => format!("{error}: {description}"),
                    None => error,
                };
                Self::Denied { reason: printable_line(&reason, 300) }
            }
            (None, Some(code)) if !code.is_empty() => Self::Code(AuthorizationCode::new(code)),
            _ => Self::Unrelated,
        }
    }
}

fn decode(value: &str) -> String {
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STATE: &str = "0b5c1c2e-7d7b-4a52-9a52-000000000001";

    fn read(query: &str) -> String {
        match Redirect::parse(&format!("/oauth/callback?{query}"), STATE) {
            Redirect::Code(code) => format!("code {}", code.expose()),
            Redirect::Denied { reason } => format!("denied: {reason}"),
            Redirect::Unrelated => "unrelated".into(),
        }
    }

    #[test]
    fn redirect_with_other_state_is_unrelated() {
        assert_eq!(read(&format!("code=a%2Fb&state={STATE}")), "code a/b");
        assert_eq!(
            read(&format!("state={STATE}&error=access_denied&error_description=No+way%21")),
            "denied: access_denied: No way!"
        );
        for query in [
            "code=abc".into(),
            "code=abc&state=other".into(),
            format!("code=abc&state={STATE}x"),
            format!("code=&state={STATE}"),
            format!("state={STATE}"),
            format!("code=abc&state={STATE}&state=other"),
            format!("code=abc&code=def&state={STATE}"),
            String::new(),
        ] {
            assert_eq!(read(&query), "unrelated", "{query}");
        }
    }

    #[test]
    fn pasted_address_is_parsed() {
        let pasted = format!("  http://127.0.0.1:4321/oauth/callback?code=xyz&state={STATE}#  \n");
        assert!(
            matches!(Redirect::parse(&pasted, STATE), Redirect::Code(code) if code.expose() == "xyz")
        );
    }

    proptest! {
        #[test]
        fn any_address_without_state_is_unrelated(address in ".{0,60}") {
            prop_assert!(matches!(Redirect::parse(&address, STATE), Redirect::Unrelated));
        }
    }
}
