//! No secret of a case may be seen: not in a log, not in an error, not in `Debug`.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use crate::mismatch::{Checked, Mismatch, chain};

/// All that somebody could have seen of a case.
#[derive(Debug, Default)]
pub(crate) struct Visible(Vec<(&'static str, String)>);

impl Visible {
    /// Notes an error as people see it, and gives it back as the SDK for Rust would print it: the
    /// texts of all levels, then what `Debug` shows.
    pub(crate) fn error(&mut self, error: &(dyn Error + 'static)) -> String {
        let text = format!("{} ({error:?})", chain(error));
        self.0.push(("an error", text.clone()));
        text
    }

    /// Notes a value as `Debug` shows it.
    pub(crate) fn debug(&mut self, value: &dyn fmt::Debug) {
        self.0.push(("`Debug`", format!("{value:?}")));
    }

    /// Notes what was logged.
    pub(crate) fn log(&mut self, text: String) {
        self.0.push(("the log", text));
    }

    /// Fails with the first line that shows a secret.
    pub(crate) fn check(&self, secrets: &BTreeSet<String>) -> Checked {
        for (place, text) in &self.0 {
            for line in text.lines() {
                if let Some(secret) = secrets.iter().find(|secret| shows(line, secret)) {
                    return Err(Mismatch::new(format!("secret `{secret}` in {place}:\n{line}")));
                }
            }
        }
        Ok(())
    }
}

/// Whether a text stands in a line as a word of its own: `FAKE` is not in `AKIAFAKE`.
fn shows(line: &str, secret: &str) -> bool {
    line.match_indices(secret).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + secret.len()..].chars().next();
        !before.is_some_and(is_of_a_word) && !after.is_some_and(is_of_a_word)
    })
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

/// What the names of secrets end with, less `_` and `-`.
const NAMES: [&str; 4] = ["secretaccesskey", "secretkey", "token", "clientsecret"];

/// Anything shorter would be found everywhere.
const SHORTEST: usize = 4;

/// What JSON says where there is no text.
const NO_TEXT: [&str; 3] = ["true", "false", "null"];

/// The secrets in a text, which may be JSON, XML, a config file, or one inside the other: whatever
/// stands behind a name of a secret and `:`, `=` or `>`.
pub(crate) fn secrets(text: &str) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_of_a_word) {
        let word = &rest[start..];
        let end = word.find(|c| !is_of_a_word(c)).unwrap_or(word.len());
        rest = &word[end..];
        if names_a_secret(&word[..end]) {
            let secret = value(rest).filter(|value| SHORTEST <= value.len());
            secrets.extend(secret.filter(|value| !NO_TEXT.contains(value)).map(str::to_owned));
        }
    }
    secrets
}

fn names_a_secret(word: &str) -> bool {
    let name = word.replace(['_', '-'], "").to_ascii_lowercase();
    NAMES.iter().any(|end| name.ends_with(end))
}

/// The text behind a name, without what JSON and XML put around it.
fn value(after: &str) -> Option<&str> {
    let decoration = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '[');
    let after = after.trim_start_matches(decoration).strip_prefix([':', '=', '>'])?;
    let value = after.trim_start_matches(decoration);
    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | ',' | '<' | '{' | '}' | '&');
    value.split(end).next()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(secrets(text).iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn secrets_are_found_in_every_format() {
        check("aws_secret_access_key = FAKE\naws_access_key_id = AKIAFAKE", &["FAKE"]);
        check(r#"{"accessToken": "a-token", "tokenType": "Bearer"}"#, &["a-token"]);
        check(
            r#"{"Utf8": "{\"secretAccessKey\":\"hidden\",\"sessionToken\":\"deep\"}"}"#,
            &["deep", "hidden"],
        );
        check("<SecretAccessKey>hidden</SecretAccessKey>\n<Expiration>x", &["hidden"]);
        check(r#"{"x-amz-sso_bearer_token": ["hidden"]}"#, &["hidden"]);
        check("Action=X&WebIdentityToken=hidden&b", &["hidden"]);
        check(r#"{"accessToken": {"accessKeyId": "AKIA"}, "token": "abc"}"#, &[]);
        check(r#"{"omit_session_token": true}"#, &[]);
    }

    #[test]
    fn only_whole_words_are_shown() {
        assert!(shows("the key is FAKE.", "FAKE"));
        assert!(!shows("AKIAFAKE", "FAKE"));
        assert!(!shows("FAKE_ROLE", "FAKE"));
    }

    #[test]
    fn every_place_is_looked_at() {
        let secrets = BTreeSet::from(["hidden".to_owned()]);
        let mut visible = Visible::default();
        visible.error(&io::Error::other("nothing to see"));
        visible.debug(&"nothing");
        assert!(visible.check(&secrets).is_ok());

        visible.log("first line\nsecond with hidden".into());
        let error = visible.check(&secrets).unwrap_err().to_string();
        assert_eq!(error, "secret `hidden` in the log:\nsecond with hidden");
    }

    #[test]
    fn an_error_is_seen_with_all_that_is_below_it() {
        let mut visible = Visible::default();
        let text = visible.error(&io::Error::other(io::Error::other("hidden")));
        assert!(text.starts_with("hidden") && text.contains('('), "{text}");
        assert!(visible.check(&BTreeSet::from(["hidden".to_owned()])).is_err());
    }
}
