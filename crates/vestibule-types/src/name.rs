//! Names that are checked when they are created.

/// Error returned when a text is not a valid name.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{value}` is not {what}: expected {rule}")]
#[non_exhaustive]
pub struct InvalidName {
    /// The expected kind of name, with its article: `a region`.
    pub what: &'static str,
    /// The expected form.
    pub rule: &'static str,
    /// The text, printable and short.
    pub value: String,
}

impl InvalidName {
    pub(crate) fn new(what: &'static str, rule: &'static str, value: &str) -> Self {
        Self { what, rule, value: crate::printable_short(value, 80) }
    }
}

/// Returns whether a text is one line and not blank.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// Defines a newtype for a checked text.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Creates the name, if the text is valid.
            ///
            /// # Errors
            /// [`InvalidName`](crate::InvalidName), with the expected form.
            pub fn new(text: &str) -> Result<Self, $crate::InvalidName> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::InvalidName::new($what, $rule, text))
                }
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::InvalidName;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}
pub(crate) use name;
