use std::path::PathBuf;

use vestibule_types::{Secret, Vars};

const FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TEXT: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

/// What a container shows to get its credentials; sent as it is, without a scheme.
#[derive(Clone, Debug)]
pub struct ContainerToken(Secret);

impl ContainerToken {
    /// What stands in a token file. Line ends at its end are no part of it.
    ///
    /// # Errors
    /// What no header can carry, or nothing.
    pub fn from_file(contents: &[u8]) -> Result<Self, IllegalToken> {
        let text = std::str::from_utf8(contents).map_err(|_| IllegalToken::of(contents))?;
        Self::new(text.trim_end_matches(['\r', '\n']))
    }

    /// A token, to the letter.
    ///
    /// # Errors
    /// What no header can carry, or nothing.
    pub fn new(text: &str) -> Result<Self, IllegalToken> {
        let is_legal = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if is_legal && !text.is_empty() {
            Ok(Self(Secret::new(text)))
        } else {
            Err(IllegalToken::of(text.as_bytes()))
        }
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// A token that cannot be sent. It is not shown, only how long it is.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the authorization token ({length} bytes) {}", if *.length == 0 {
    "is empty"
} else {
    "holds a line break or other characters that no HTTP header can carry"
})]
#[non_exhaustive]
pub struct IllegalToken {
    /// Its length in bytes.
    pub length: usize,
}

impl IllegalToken {
    fn of(text: &[u8]) -> Self {
        Self { length: text.len() }
    }
}

/// Where the environment says that the token is.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two variables there are")]
pub enum ContainerTokenSource {
    /// In a file, to be read again each time: whoever keeps it, replaces it.
    File(PathBuf),
    /// In a variable.
    Text(Secret),
}

impl ContainerTokenSource {
    /// The file before the text; blank means unset.
    pub fn choose(vars: &Vars) -> Option<Self> {
        let filled = |name| vars.get(name).filter(|text| !text.trim().is_empty());
        match filled(FILE) {
            Some(file) => Some(Self::File(file.into())),
            None => filled(TEXT).map(|text| Self::Text(Secret::new(text))),
        }
    }

    /// The variable that says so.
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
    fn of_a_file_only_line_ends_at_the_end_are_dropped() {
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
    fn what_is_refused_is_not_shown() {
        let error = ContainerToken::new("very-secret\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the authorization token (12 bytes) holds a line break or other characters that no \
             HTTP header can carry"
        );
        let token = ContainerToken::new("very-secret").unwrap();
        assert!(!format!("{error:?} {token:?}").contains("very"));
    }

    #[test]
    fn the_file_comes_before_the_text() {
        let vars = Vars::default().with(TEXT, "text");
        assert_eq!(ContainerTokenSource::choose(&vars).unwrap().variable(), TEXT);
        let vars = vars.with(FILE, "/token");
        assert_eq!(ContainerTokenSource::choose(&vars).unwrap().variable(), FILE);
        let vars = vars.with(FILE, " ");
        assert_eq!(ContainerTokenSource::choose(&vars).unwrap().variable(), TEXT);
        assert!(ContainerTokenSource::choose(&Vars::default()).is_none());
    }
}
