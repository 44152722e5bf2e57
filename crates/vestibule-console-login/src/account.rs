use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use vestibule_types::{AccountId, json};

/// Returns the ARN of the user (the claim `sub` of an ID token) and its account.
///
/// The signature is not verified: the token came from the service, over TLS.
pub(crate) fn arn_and_account(id_token: &str) -> Option<(String, AccountId)> {
    let payload = id_token.split('.').nth(1)?.trim_end_matches('=');
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let Claims { sub } = json::from_slice(&payload).ok()?;
    // The ARN is written to a config file, so it must be one word.
    let is_word = sub.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let account = match *sub.splitn(6, ':').collect::<Vec<_>>() {
        ["arn", _, _, _, account, resource] if is_word && !resource.is_empty() => account,
        _ => return None,
    };
    let account = AccountId::new(account).ok()?;
    Some((sub, account))
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(claims: &str) -> Option<(String, String)> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        arn_and_account(&token).map(|(arn, account)| (arn, account.as_str().to_owned()))
    }

    #[test]
    fn subject_is_an_arn_with_an_account() {
        let arn = "arn:aws:sts::012345678910:assumed-role/Admin/a:b";
        let expected = Some((arn.to_owned(), "012345678910".to_owned()));
        assert_eq!(read(&format!(r#"{{"sub": "{arn}", "aud": "x"}}"#)), expected);
        for claims in [
            "",
            "{}",
            r#"{"sub": 1}"#,
            r#"{"sub": "me"}"#,
            r#"{"sub": "arn:aws:sts:::root"}"#,
            r#"{"sub": "arn:aws:iam::012345678910:"}"#,
            r#"{"sub": "arn:aws:iam::012345678910:user/a\nregion = x"}"#,
        ] {
            assert_eq!(read(claims), None, "{claims}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in any::<String>(), payload in any::<Vec<u8>>()) {
            let _ = arn_and_account(&text);
            let _ = arn_and_account(&format!("a.{}", URL_SAFE_NO_PAD.encode(payload)));
        }
    }
}
