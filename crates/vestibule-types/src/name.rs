//! What the checked names have in common.

/// A text that is not the name it was given as.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{value}` is not {what}: expected {rule}")]
#[non_exhaustive]
pub struct InvalidName {
    /// What it should have been, with its article: `a region`.
    pub what: &'static str,
    /// The rule it breaks, as what to write instead.
    pub rule: &'static str,
    /// The text, made printable and cut to a line.
    pub value: String,
}

impl InvalidName {
    pub(crate) fn new(what: &'static str, rule: &'static str, value: &str) -> Self {
        Self { what, rule, value: crate::printable_short(value, 80) }
    }
}

/// True for text that fits on one line and is not blank.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// A newtype over text that was checked once and is trusted afterwards.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// [`InvalidName`](crate::InvalidName), which says the rule.
            pub fn new(text: &str) -> Result<Self, $crate::InvalidName> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::InvalidName::new($what, $rule, text))
                }
            }

            /// The text.
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
