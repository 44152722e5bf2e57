//! Errors of the configuration.

use std::fmt;
use std::sync::Arc;

use vestibule_types::joined;

use crate::{Finding, Origin, Sourced, UndefinedName};

/// Error returned when the configuration is invalid or incomplete: a line or a variable has to change.
///
/// A profile without credentials is not an error but
/// [`Base::NotConfigured`](crate::Base::NotConfigured). The text of an error contains no secret.
#[derive(Clone, Debug)]
pub struct Error(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    misspelled_key: Option<MisspelledKey>,
}

/// An unknown key that is similar to a known one, in a section that misses keys.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MisspelledKey {
    /// The key, in printable characters.
    pub key: Sourced<String>,
    /// The known key.
    pub similar: String,
}

impl Error {
    /// Returns the kind of the error, with its details.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the key that was probably meant to be one of the missing keys.
    pub fn misspelled_key(&self) -> Option<&MisspelledKey> {
        self.0.misspelled_key.as_ref()
    }

    /// Adds the misspelled key, unless there is one.
    pub(crate) fn with_misspelled_key(mut self, key: Option<MisspelledKey>) -> Self {
        // A new error, so that nothing shares it.
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.misspelled_key = inner.misspelled_key.take().or(key);
        }
        self
    }

    /// Returns true if a key is missing.
    pub(crate) fn is_incomplete(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::IncompleteSession { .. }
                | ErrorKind::IncompleteRole { .. }
                | ErrorKind::IncompleteKeys { .. }
                | ErrorKind::MissingRoleArn { .. }
                | ErrorKind::MissingSource { .. }
        )
    }

    /// Returns the place to correct.
    pub fn origin(&self) -> Origin {
        if let Some(misspelled) = self.misspelled_key() {
            return misspelled.key.origin.clone();
        }
        match self.kind() {
            ErrorKind::Syntax(finding) => Origin::File(finding.place().clone()),
            ErrorKind::Undefined(undefined) => undefined.name().origin.clone(),
            ErrorKind::Loop { origin, .. }
            | ErrorKind::InvalidValue { origin, .. }
            | ErrorKind::InvalidCharacter { origin, .. }
            | ErrorKind::NotInSession { origin, .. }
            | ErrorKind::IncompleteSession { origin, .. }
            | ErrorKind::IncompleteRole { origin, .. }
            | ErrorKind::IncompleteKeys { origin, .. }
            | ErrorKind::MissingRoleArn { origin, .. }
            | ErrorKind::MissingSource { origin, .. }
            | ErrorKind::SourceWithoutCredentials { origin, .. }
            | ErrorKind::KeysInTwoFiles { origin, .. } => origin.clone(),
            ErrorKind::Conflict { in_profile, .. } => in_profile.origin.clone(),
            ErrorKind::ConflictingSources { source_profile, .. } => source_profile.clone(),
        }
    }

    /// Returns the line with a caret, if a line could not be read.
    pub fn caret(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Syntax(finding) => Some(finding.caret()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)?;
        match self.misspelled_key() {
            None => Ok(()),
            Some(MisspelledKey { key: Sourced { value, origin }, similar }) => {
                write!(f, "; `{value}` ({origin}) is not a known key: did you mean `{similar}`?")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Arc::new(Inner { kind, misspelled_key: None }))
    }
}

impl From<Finding> for Error {
    fn from(finding: Finding) -> Self {
        ErrorKind::Syntax(finding).into()
    }
}

/// The kind of an [`Error`].
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A line of a section that is needed cannot be read.
    #[error("{0}")]
    Syntax(Finding),

    /// A name of a profile or section is not defined.
    #[error("{0}")]
    Undefined(UndefinedName),

    /// `source_profile` leads back to a profile on the path.
    #[error("profile formed an infinite loop: {} ({origin})", joined(path, " → "))]
    Loop {
        /// The profiles in the order followed; the last one occurs before.
        path: Vec<String>,
        /// The origin of the `source_profile` that leads back.
        origin: Origin,
    },

    /// A value is not valid.
    #[error("`{key}` is `{value}`, which is not {what}: expected {rule} ({origin:#})")]
    InvalidValue {
        /// The key of the setting.
        key: String,
        /// The value, in printable characters and truncated.
        value: String,
        /// The expected value, with its article.
        what: &'static str,
        /// The form of a valid value.
        rule: &'static str,
        /// The origin of the value.
        origin: Origin,
    },

    /// A key contains a character that no key has, which may not be visible.
    #[error("`{key}` contains the character U+{:04X} ({origin:#}): remove it", u32::from(*character))]
    InvalidCharacter {
        /// The key of the setting.
        key: String,
        /// The character.
        character: char,
        /// The origin, with the column of the character.
        origin: Origin,
    },

    /// A profile and its sso-session have different values for a key.
    #[error(
        "`{key}` is `{}` in profile `{profile}` ({}) but `{}` in sso-session `{session}` ({})",
        in_profile.value, in_profile.origin, in_session.value, in_session.origin
    )]
    Conflict {
        /// The key that both have.
        key: &'static str,
        /// The profile.
        profile: String,
        /// The value in the profile, in printable characters.
        in_profile: Sourced<String>,
        /// The session.
        session: String,
        /// The value in the session, in printable characters.
        in_session: Sourced<String>,
    },

    /// A key of an sso-session is in the profile only.
    #[error(
        "profile `{profile}` has invalid SSO config: `{key}` can only be specified in the \
         [sso-session] config when a session name is given ({origin})"
    )]
    NotInSession {
        /// The profile.
        profile: String,
        /// The key.
        key: &'static str,
        /// The origin of its value.
        origin: Origin,
    },

    /// An sso-session, or a profile that uses SSO without one, misses keys.
    #[error("{holder} is incomplete: {} missing ({origin})", were(missing))]
    IncompleteSession {
        /// The section, for display: ``sso-session `corp` ``.
        holder: String,
        /// The missing keys.
        missing: Vec<&'static str>,
        /// The header of the section, or the first key about SSO.
        origin: Origin,
    },

    /// `sso_account_id` or `sso_role_name` is missing.
    #[error(
        "profile `{profile}` has invalid SSO config: if `{given}` is set, then `{missing}` must \
         also be set ({origin})"
    )]
    IncompleteRole {
        /// The profile.
        profile: String,
        /// The key that is set.
        given: &'static str,
        /// The missing key.
        missing: &'static str,
        /// The origin of the key that is set.
        origin: Origin,
    },

    /// The access key id or the secret access key is missing.
    #[error("profile missing {missing}: `{profile}` has {given} without it ({origin})")]
    IncompleteKeys {
        /// The profile.
        profile: String,
        /// The key that is set.
        given: &'static str,
        /// The missing key.
        missing: &'static str,
        /// The origin of the key that is set.
        origin: Origin,
    },

    /// The parts of a key pair are in two files, so they may belong to different pairs.
    #[error(
        "`{key}` ({origin}) and `{other}` ({other_origin}) of profile `{profile}` are in different files"
    )]
    KeysInTwoFiles {
        /// The profile.
        profile: String,
        /// The key of the access key id.
        key: &'static str,
        /// The origin of the access key id.
        origin: Origin,
        /// The key of the secret or the session token.
        other: &'static str,
        /// The origin of that key.
        other_origin: Origin,
    },

    /// `role_arn` is missing beside `web_identity_token_file`.
    #[error(
        "profile `{profile}`: `web_identity_token_file` was specified but `role_arn` was missing \
         ({origin})"
    )]
    MissingRoleArn {
        /// The profile.
        profile: String,
        /// The origin of `web_identity_token_file`.
        origin: Origin,
    },

    /// `source_profile` or `credential_source` is missing beside `role_arn`.
    #[error(
        "profile `{profile}` has a role but nothing to assume it with: profile must contain \
         `source_profile` or `credential_source` but neither were defined ({origin})"
    )]
    MissingSource {
        /// The profile.
        profile: String,
        /// The origin of `role_arn`.
        origin: Origin,
    },

    /// Both `source_profile` and `credential_source` are set.
    #[error(
        "profile `{profile}`: profile contained both source_profile and credential_source. Only \
         one or the other can be defined ({source_profile}, {credential_source})"
    )]
    ConflictingSources {
        /// The profile.
        profile: String,
        /// The origin of `source_profile`.
        source_profile: Origin,
        /// The origin of `credential_source`.
        credential_source: Origin,
    },

    /// The profile whose credentials are needed to assume a role has none.
    #[error(
        "could not load source profile: profile `{profile}` did not contain credential \
         information ({origin})"
    )]
    SourceWithoutCredentials {
        /// The profile.
        profile: String,
        /// The header of the profile.
        origin: Origin,
    },
}

/// Returns "`a` was", or "`a` and `b` were".
fn were(missing: &[&str]) -> String {
    let quoted = joined(missing.iter().map(|key| format!("`{key}`")), " and ");
    let verb = if missing.len() == 1 { "was" } else { "were" };
    format!("{quoted} {verb}")
}
