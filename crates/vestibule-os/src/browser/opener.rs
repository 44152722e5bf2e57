use vestibule_world::Vars;
use vestibule_world::wire::percent_encode;

use super::{is_web_address, split_command_line, start};

/// Arguments of the Firefox extensions that open a page in a container: the URL is a parameter.
const CONTAINER: &str = "ext+container:";

/// A command that opens pages, in place of the system's browser.
///
/// It is split as by a shell (on Windows only `"` quotes), and run without one. `{url}` and other
/// placeholders stand for values in its arguments; without `{url}` the URL is the last argument. A
/// value never becomes an option: an argument that would begin with `-` because of one is an error.
/// In an argument that begins with `ext+container:` the values are percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    words: Vec<String>,
}

/// Error of an [`Opener`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenerError {
    /// The command has an open quotation mark, or no word.
    Syntax,
    /// The program is a placeholder.
    Program,
    /// A placeholder that does not exist.
    Unknown {
        /// The placeholder, with its braces.
        placeholder: String,
    },
    /// A value that is not known, such as the role of a sign-in without a profile.
    Missing {
        /// The placeholder, with its braces.
        placeholder: String,
    },
    /// A value that would be an option, or that has control characters.
    Unsafe {
        /// The placeholder, with its braces.
        placeholder: String,
    },
}

impl std::fmt::Display for OpenerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax => f.write_str("it is not a command line"),
            Self::Program => f.write_str("the program must not be a placeholder"),
            Self::Unknown { placeholder } => {
                write!(f, "the placeholder {placeholder} does not exist")
            }
            Self::Missing { placeholder } => write!(f, "the value of {placeholder} is not known"),
            Self::Unsafe { placeholder } => {
                write!(f, "the value of {placeholder} would not be a plain argument")
            }
        }
    }
}

impl std::error::Error for OpenerError {}

impl Opener {
    /// Parses a command.
    ///
    /// # Errors
    /// An open quotation mark; no word; a placeholder as the program, or with a name that is not one of
    /// `names`.
    pub fn parse(command: &str, names: &[&str]) -> Result<Self, OpenerError> {
        let words = split_command_line(command, std::env::consts::OS);
        let words = words.filter(|words| !words.is_empty()).ok_or(OpenerError::Syntax)?;
        for (index, word) in words.iter().enumerate() {
            for part in parts(word) {
                let Part::Placeholder(name) = part else { continue };
                if index == 0 {
                    return Err(OpenerError::Program);
                }
                if name != "url" && !names.contains(&name) {
                    return Err(OpenerError::Unknown { placeholder: braced(name) });
                }
            }
        }
        Ok(Self { words })
    }

    /// Opens a page without waiting for it. Returns whether the program was started.
    ///
    /// `value` returns the values of the placeholders besides `{url}`. Only an absolute `http` or
    /// `https` URL is opened.
    ///
    /// # Errors
    /// A value that is not known or not safe.
    pub fn open(
        &self,
        url: &str,
        value: impl Fn(&str) -> Option<String>,
        vars: &Vars,
    ) -> Result<bool, OpenerError> {
        if !is_web_address(url) {
            return Ok(false);
        }
        Ok(start::start(&self.command(url, value)?, vars))
    }

    fn command(
        &self,
        url: &str,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<String>, OpenerError> {
        let mut has_url = false;
        let mut command = Vec::with_capacity(self.words.len() + 1);
        for word in &self.words {
            let mut filled = String::new();
            for part in parts(word) {
                let name = match part {
                    Part::Text(text) => {
                        filled.push_str(text);
                        continue;
                    }
                    Part::Placeholder(name) => name,
                };
                has_url |= name == "url";
                let value = if name == "url" { Some(url.to_owned()) } else { value(name) };
                let placeholder = || braced(name);
                let value = value
                    .filter(|value| !value.is_empty())
                    .ok_or_else(|| OpenerError::Missing { placeholder: placeholder() })?;
                let is_option = filled.is_empty() && value.starts_with('-');
                if is_option || value.chars().any(char::is_control) {
                    return Err(OpenerError::Unsafe { placeholder: placeholder() });
                }
                if word.starts_with(CONTAINER) {
                    filled.push_str(&percent_encode(&value));
                } else {
                    filled.push_str(&value);
                }
            }
            command.push(filled);
        }
        if !has_url {
            command.push(url.to_owned());
        }
        Ok(command)
    }
}

enum Part<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// Splits a word into text and placeholders. Braces around anything but a name are text.
fn parts(word: &str) -> Vec<Part<'_>> {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let (mut parts, mut rest) = (Vec::new(), word);
    let mut from = 0;
    while let Some(open) = rest[from..].find('{').map(|at| at + from) {
        let close = rest[open..].find('}').map(|at| at + open);
        match close {
            Some(close) if is_name(&rest[open + 1..close]) => {
                parts.push(Part::Text(&rest[..open]));
                parts.push(Part::Placeholder(&rest[open + 1..close]));
                rest = &rest[close + 1..];
                from = 0;
            }
            _ => from = open + 1,
        }
    }
    parts.push(Part::Text(rest));
    parts
}

fn braced(name: &str) -> String {
    format!("{{{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://x.test/?a=b&c=%20";
    const NAMES: &[&str] = &["profile", "account_name"];

    #[track_caller]
    fn check(command: &str, expected: Result<&[&str], OpenerError>) {
        let value = |name: &str| match name {
            "profile" => Some("my dev".to_owned()),
            "account_name" => Some("--headless".to_owned()),
            _ => None,
        };
        let found = Opener::parse(command, NAMES).and_then(|opener| opener.command(URL, value));
        let expected = expected.map(|words| words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn placeholders_are_filled_within_arguments() {
        check("firefox -P {profile} {url}", Ok(&["firefox", "-P", "my dev", URL]));
        check(
            r#"chrome "--profile-directory={profile} 1""#,
            Ok(&["chrome", "--profile-directory=my dev 1", URL]),
        );
        check("x {} {A} {{url}} a{b", Ok(&["x", "{}", "{A}", &format!("{{{URL}}}"), "a{b"]));
    }

    #[test]
    fn values_of_a_container_are_percent_encoded() {
        let encoded = "https%3A%2F%2Fx.test%2F%3Fa%3Db%26c%3D%2520";
        check(
            r#"firefox "ext+container:name={profile}&url={url}""#,
            Ok(&["firefox", &format!("ext+container:name=my%20dev&url={encoded}")]),
        );
    }

    #[test]
    fn value_never_becomes_an_option() {
        let placeholder = "{account_name}".to_owned();
        check("x {account_name} {url}", Err(OpenerError::Unsafe { placeholder }));
        check("x --name={account_name} {url}", Ok(&["x", "--name=--headless", URL]));
        let opener = Opener::parse("x {profile}", NAMES).unwrap();
        let with_control = opener.command(URL, |_| Some("a\nb".to_owned()));
        assert!(matches!(with_control, Err(OpenerError::Unsafe { .. })));
        for url in ["--version", "file:///etc/passwd", "javascript:alert(1)"] {
            let result = opener.open(url, |_| Some("a".to_owned()), &Vars::default());
            assert_eq!(result, Ok(false), "{url}");
        }
    }

    #[test]
    fn invalid_command_is_an_error() {
        check("", Err(OpenerError::Syntax));
        check("{url}", Err(OpenerError::Program));
        check("x {urls}", Err(OpenerError::Unknown { placeholder: "{urls}".to_owned() }));
        let opener = Opener::parse("x {profile}", NAMES).unwrap();
        let missing = OpenerError::Missing { placeholder: "{profile}".to_owned() };
        assert_eq!(opener.command(URL, |_| None), Err(missing));
    }
}
