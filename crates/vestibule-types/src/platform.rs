/// A family of operating systems, by its rules for homes, paths and shells.
///
/// A value and not a `cfg`, so that each platform's rules are tested on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two families of rules AWS documents")]
pub enum Platform {
    /// Linux, macOS and relatives.
    Unix,
    /// Windows.
    Windows,
}

impl Platform {
    /// The platform for which this program was built.
    pub const HERE: Self = if cfg!(windows) { Self::Windows } else { Self::Unix };

    /// Returns the separator to join paths with.
    pub const fn separator(self) -> char {
        match self {
            Self::Unix => '/',
            Self::Windows => '\\',
        }
    }
}
