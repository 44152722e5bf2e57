//! The two dialects and the kinds of sections.

/// The dialect of a file. Both files share a grammar and differ in how a section is named.
#[expect(clippy::exhaustive_enums, reason = "there are two files")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `~/.aws/config`: `[default]`, `[profile NAME]`, `[sso-session NAME]`, `[services NAME]`.
    Config,
    /// `~/.aws/credentials`: `[NAME]`, profiles only.
    Credentials,
}

/// The kind of a section.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// `[profile NAME]`, `[default]`, and `[NAME]` in the credentials file.
    Profile,
    /// `[sso-session NAME]`, in the config file only.
    SsoSession,
    /// `[services NAME]`, in the config file only.
    Services,
}

impl SectionKind {
    /// Returns the word before the name in the header of a config file.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
        }
    }

    /// Returns the kind of a keyword; keywords are case-sensitive.
    pub(crate) fn from_keyword(word: &[u8]) -> Option<Self> {
        match word {
            b"profile" => Some(Self::Profile),
            b"sso-session" => Some(Self::SsoSession),
            b"services" => Some(Self::Services),
            _ => None,
        }
    }
}
