use std::fmt;

use vestibule_types::Timestamp;

/// The name of a role session, which appears in ARNs and in `CloudTrail`.
///
/// 2 to 64 letters, digits and `_+=,.@-`,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleSessionName(Box<str>);

/// Error returned for an invalid role session name.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "invalid role session name `{}`: expected 2 to 64 letters, digits or `_+=,.@-`",
    vestibule_types::printable_short(value, 80)
)]
#[non_exhaustive]
pub struct InvalidRoleSessionName {
    /// The text, cut to 80 characters.
    pub value: String,
}

impl RoleSessionName {
    /// Creates a name.
    ///
    /// # Errors
    /// [`InvalidRoleSessionName`] for any other text.
    pub fn new(name: &str) -> Result<Self, InvalidRoleSessionName> {
        if (2..=64).contains(&name.len()) && name.bytes().all(is_allowed) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidRoleSessionName { value: name.chars().take(80).collect() })
        }
    }

    /// Generates a name for use where none is configured: `vestibule-` and the time in milliseconds.
    pub fn generate(now: Timestamp) -> Self {
        Self(format!("vestibule-{}", now.unix_millis()).into())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleSessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_with_other_characters_is_an_error() {
        for name in ["ab", "ann@example.com", "a_b+c=d,e.f-g", &"x".repeat(64)] {
            let valid = RoleSessionName::new(name).unwrap();
            assert_eq!((valid.as_str(), &*valid.to_string()), (name, name));
        }
        for name in ["", "a", "two words", "a/b", "zoë", "a\nb", &"x".repeat(65)] {
            assert!(RoleSessionName::new(name).is_err(), "{name:?}");
        }
        let error = RoleSessionName::new("a\nb").unwrap_err();
        assert!(error.to_string().starts_with(r"invalid role session name `a\nb`"), "{error}");
    }

    #[test]
    fn generated_name_is_valid() {
        let name =
            RoleSessionName::generate(Timestamp::from_unix(1_767_225_600, 5_000_000).unwrap());
        assert_eq!(name.as_str(), "vestibule-1767225600005");
        assert_eq!(RoleSessionName::new(name.as_str()), Ok(name));
    }
}
