use std::path::PathBuf;

use vestibule_types::{Secret, Vars};

const FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TEXT: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

/// The authorization token of a container, which is sent unchanged and without a scheme.
#[derive(Clone, Debug)]
pub struct ContainerToken(Secret);

impl ContainerToken {
    /// Reads the contents of a token file without trailing line breaks.
    ///
    /// # Errors
    /// An empty token, or characters that no header can carry.
    pub fn from_file(contents: &[u8]) -> Result<Self, InvalidToken> {
        let text = std::str::from_utf8(contents).map_err(|_| InvalidToken::new(contents))?;
        Self::new(text.trim_end_matches(['\r', '\n']))
    }

    /// Creates a token.
    ///
    /// # Errors
    /// An empty token, or characters that no header can carry.
    pub fn new(text: &str) -> Result<Self, InvalidToken> {
        let is_valid = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if is_valid && !text.is_empty() {
            Ok(Self(Secret::new(text)))
        } else {
            Err(InvalidToken::new(text.as_bytes()))
        }
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// Error returned for a token that no HTTP header can carry. It does not contain the token.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the authorization token ({length} bytes) {}", if *.length == 0 {
    "is empty"
} else {
    "contains a line break or other characters that no HTTP header can carry"
})]
#[non_exhaustive]
pub struct InvalidToken {
    /// The length of the token in bytes.
    pub length: usize,
}

impl InvalidToken {
    fn new(text: &[u8]) -> Self {
        Self { length: text.len() }
    }
}

/// The source of the authorization token.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the SDKs have these two variables")]
pub enum ContainerTokenSource {
    /// A file, which is read for every request, since it is replaced regularly.
    File(PathBuf),
    /// An environment variable.
    Text(Secret),
}

impl ContainerTokenSource {
    /// Returns the source that the environment names. The file takes precedence; blank means unset.
    pub fn from_vars(vars: &Vars) -> Option<Self> {
        let value = |name| vars.get(name).filter(|text| !text.trim().is_empty());
        match value(FILE) {
            Some(file) => Some(Self::File(file.into())),
            None => value(TEXT).map(|text| Self::Text(Secret::new(text))),
        }
    }

    /// Returns the name of the variable.
    pub fn variable(&self) -> &'static str {
        match self {
            Self::File(_) => FILE,
            Self::Text(_) => TEXT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(contents: &[u8], expected: Result<&str, usize>) {
        let found = ContainerToken::from_file(contents);
        let found = found.as_ref().map(|token| token.0.expose()).map_err(|error| error.length);
        assert_eq!(found, expected);
    }

    #[test]
    fn token_file_loses_trailing_line_breaks_only() {
        check(b"Basic abc", Ok("Basic abc"));
        check(b"abc\r\n\n", Ok("abc"));
        check(b" abc \n", Ok(" abc "));
        check(b"a\nbc\n", Err(4));
        check(b"\tabc", Err(4));
        check(b"a\0", Err(2));
        check("é".as_bytes(), Err(2));
        check(b"\xff\n", Err(2));
        check(b"\n", Err(0));
    }

    #[test]
    fn invalid_token_is_not_in_the_error() {
        let error = ContainerToken::new("very-secret\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the authorization token (12 bytes) contains a line break or other characters that no \
             HTTP header can carry"
        );
        let token = ContainerToken::new("very-secret").unwrap();
        assert!(!format!("{error:?} {token:?}").contains("very"));
    }

    #[test]
    fn token_file_takes_precedence_over_token_variable() {
        let vars = Vars::default().with(TEXT, "text");
        assert_eq!(ContainerTokenSource::from_vars(&vars).unwrap().variable(), TEXT);
        let vars = vars.with(FILE, "/token");
        assert_eq!(ContainerTokenSource::from_vars(&vars).unwrap().variable(), FILE);
        let vars = vars.with(FILE, " ");
        assert_eq!(ContainerTokenSource::from_vars(&vars).unwrap().variable(), TEXT);
        assert!(ContainerTokenSource::from_vars(&Vars::default()).is_none());
    }
}
