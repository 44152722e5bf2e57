//! Checks that no secret of a case appears in logs, errors or `Debug` output.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use vestibule_types::with_causes;

use crate::mismatch::{Checked, Mismatch};

/// The visible output of a case: logs, errors and `Debug` texts.
#[derive(Debug, Default)]
pub(crate) struct Visible(Vec<(&'static str, String)>);

impl Visible {
    /// Records an error and returns its text in the form of the SDK for Rust: the messages of the
    /// error and its sources, then its `Debug` output.
    pub(crate) fn error(&mut self, error: &(dyn Error + 'static)) -> String {
        let text = format!("{} ({error:?})", with_causes(error));
        self.0.push(("an error", text.clone()));
        text
    }

    /// Records the `Debug` output of a value.
    pub(crate) fn debug(&mut self, value: &dyn fmt::Debug) {
        self.0.push(("`Debug`", format!("{value:?}")));
    }

    /// Records log output.
    pub(crate) fn log(&mut self, text: String) {
        self.0.push(("the log", text));
    }

    /// Returns a mismatch with the first line that contains a secret.
    pub(crate) fn check(&self, secrets: &BTreeSet<String>) -> Checked {
        for (place, text) in &self.0 {
            for line in text.lines() {
                if let Some(secret) = secrets.iter().find(|secret| contains_word(line, secret)) {
                    return Err(Mismatch::new(format!("secret `{secret}` in {place}:\n{line}")));
                }
            }
        }
        Ok(())
    }
}

/// Returns whether a line contains a secret as a whole word: `FAKE` is not in `AKIAFAKE`.
fn contains_word(line: &str, secret: &str) -> bool {
    line.match_indices(secret).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + secret.len()..].chars().next();
        !before.is_some_and(is_word_character) && !after.is_some_and(is_word_character)
    })
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

/// Suffixes of the names of secrets, without `_` and `-`.
const NAME_SUFFIXES: [&str; 4] = ["secretaccesskey", "secretkey", "token", "clientsecret"];

/// Minimum length of a secret: shorter texts appear everywhere.
const MIN_LENGTH: usize = 4;

/// JSON values that are not text.
const NON_TEXT: [&str; 3] = ["true", "false", "null"];

/// Finds the secrets in JSON, XML, a config file, or one of them nested in another: each value that
/// follows the name of a secret and `:`, `=` or `>`.
pub(crate) fn find_secrets(text: &str) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_word_character) {
        let word = &rest[start..];
        let end = word.find(|c| !is_word_character(c)).unwrap_or(word.len());
        rest = &word[end..];
        if is_secret_name(&word[..end]) {
            let secret = value(rest).filter(|value| MIN_LENGTH <= value.len());
            secrets.extend(secret.filter(|value| !NON_TEXT.contains(value)).map(str::to_owned));
        }
    }
    secrets
}

fn is_secret_name(word: &str) -> bool {
    let name = word.replace(['_', '-'], "").to_ascii_lowercase();
    NAME_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Returns the value after a name, without the punctuation of JSON and XML.
fn value(after: &str) -> Option<&str> {
    let punctuation = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '[');
    let after = after.trim_start_matches(punctuation).strip_prefix([':', '=', '>'])?;
    let value = after.trim_start_matches(punctuation);
    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | ',' | '<' | '{' | '}' | '&');
    value.split(end).next()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(find_secrets(text).iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn secrets_in_every_format_are_found() {
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
    fn secret_inside_a_longer_word_is_not_found() {
        assert!(contains_word("the key is FAKE.", "FAKE"));
        assert!(!contains_word("AKIAFAKE", "FAKE"));
        assert!(!contains_word("FAKE_ROLE", "FAKE"));
    }

    #[test]
    fn secret_in_the_log_is_a_mismatch() {
        let secrets = BTreeSet::from(["hidden".to_owned()]);
        let mut visible = Visible::default();
        visible.error(&io::Error::other("no secret"));
        visible.debug(&"nothing");
        assert!(visible.check(&secrets).is_ok());

        visible.log("first line\nsecond with hidden".into());
        let error = visible.check(&secrets).unwrap_err().to_string();
        assert_eq!(error, "secret `hidden` in the log:\nsecond with hidden");
    }

    #[test]
    fn secret_in_the_source_of_an_error_is_a_mismatch() {
        let mut visible = Visible::default();
        let text = visible.error(&io::Error::other(io::Error::other("hidden")));
        assert!(text.starts_with("hidden") && text.contains('('), "{text}");
        assert!(visible.check(&BTreeSet::from(["hidden".to_owned()])).is_err());
    }
}
