//! What is wrong with the configuration.

use crate::{Finding, Origin, Sourced, UndefinedName};

/// The configuration says something that cannot be, or does not say something that it must.
///
/// It is always somebody's line or variable that has to change; a profile that merely has no
/// credentials is no error but [`Base::NotConfigured`](crate::Base::NotConfigured). No text of an error holds a
/// secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

impl Error {
    /// What is wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The place to look at first.
    pub fn origin(&self) -> Origin {
        match self.kind() {
            ErrorKind::Syntax(finding) => Origin::File(finding.place().clone()),
            ErrorKind::Undefined(undefined) => undefined.name().origin.clone(),
            ErrorKind::Loop { at, .. }
            | ErrorKind::InvalidValue { at, .. }
            | ErrorKind::NotInSession { at, .. }
            | ErrorKind::IncompleteSession { at, .. }
            | ErrorKind::IncompleteRole { at, .. }
            | ErrorKind::IncompleteKeys { at, .. }
            | ErrorKind::MissingRoleArn { at, .. }
            | ErrorKind::MissingSource { at, .. }
            | ErrorKind::SourceWithoutCredentials { at, .. }
            | ErrorKind::KeysInTwoFiles { at, .. } => at.clone(),
            ErrorKind::Conflict { in_profile, .. } => in_profile.origin.clone(),
            ErrorKind::ConflictingSources { source_profile, .. } => source_profile.clone(),
        }
    }

    /// The line with a mark under the place, where a line could not be read.
    pub fn caret(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Syntax(finding) => Some(finding.caret()),
            _ => None,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(fault: ErrorKind) -> Self {
        Self(Box::new(fault))
    }
}

impl From<Finding> for Error {
    fn from(finding: Finding) -> Self {
        ErrorKind::Syntax(finding).into()
    }
}

/// The kinds of [`Error`], by what there is to do.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A line has to be mended: it is in a section that is needed, and cannot be read.
    #[error("{0}")]
    Syntax(Finding),

    /// A name has to be corrected, or defined.
    #[error("{0}")]
    Undefined(UndefinedName),

    /// One `source_profile` has to go: they lead in a circle.
    #[error("profile formed an infinite loop: {} ({at})", path.join(" → "))]
    Loop {
        /// The profiles in the order met; the last is one of those before.
        path: Vec<String>,
        /// The `source_profile` that leads back.
        at: Origin,
    },

    /// A value has to be corrected.
    #[error("`{key}` is `{value}`, which is not {what}: expected {rule} ({at:#})")]
    InvalidValue {
        /// The key of the setting.
        key: String,
        /// The value, made printable and cut to a line.
        value: String,
        /// What it should have been, with its article.
        what: &'static str,
        /// What to write instead.
        rule: &'static str,
        /// Where it stands.
        at: Origin,
    },

    /// One of two values has to go: a profile and its sso-session do not agree.
    #[error(
        "`{key}` is `{}` in profile `{profile}` ({}) but `{}` in sso-session `{session}` ({})",
        in_profile.value, in_profile.origin, in_session.value, in_session.origin
    )]
    Conflict {
        /// The key that both have.
        key: &'static str,
        /// The profile.
        profile: String,
        /// What the profile says, fit to show.
        in_profile: Sourced<String>,
        /// The session.
        session: String,
        /// What the session says, fit to show.
        in_session: Sourced<String>,
    },

    /// A line has to move from the profile to the sso-session.
    #[error(
        "profile `{profile}` has invalid SSO config: `{key}` can only be specified in the \
         [sso-session] config when a session name is given ({at})"
    )]
    NotInSession {
        /// The profile.
        profile: String,
        /// The key that it has and the session has not.
        key: &'static str,
        /// Where it stands.
        at: Origin,
    },

    /// A sign-in has to be completed: a session, or a profile without one, lacks keys.
    #[error("{holder} is incomplete: {} missing ({at})", were(missing))]
    IncompleteSession {
        /// The section, as to show it: ``sso-session `corp` ``.
        holder: String,
        /// The keys that it lacks.
        missing: Vec<&'static str>,
        /// Where the section begins, or the key that makes it a sign-in.
        at: Origin,
    },

    /// `sso_account_id` or `sso_role_name` has to be added.
    #[error(
        "profile `{profile}` has invalid SSO config: if `{given}` is set, then `{missing}` must \
         also be set ({at})"
    )]
    IncompleteRole {
        /// The profile.
        profile: String,
        /// The key that it has.
        given: &'static str,
        /// The key that it lacks.
        missing: &'static str,
        /// Where the first one stands.
        at: Origin,
    },

    /// Half of a key pair has to be added.
    #[error("profile missing {missing}: `{profile}` has {given} without it ({at})")]
    IncompleteKeys {
        /// The profile.
        profile: String,
        /// The key that it has.
        given: &'static str,
        /// The key that it lacks.
        missing: &'static str,
        /// Where the first one stands.
        at: Origin,
    },

    /// A key pair has to be put in one file: parts from two files need not belong together.
    #[error(
        "`{key}` ({at}) and `{other}` ({other_at}) of profile `{profile}` are in different files"
    )]
    KeysInTwoFiles {
        /// The profile.
        profile: String,
        /// The access key id.
        key: &'static str,
        /// Where it stands.
        at: Origin,
        /// The secret or the session token.
        other: &'static str,
        /// Where that stands.
        other_at: Origin,
    },

    /// `role_arn` has to be added.
    #[error(
        "profile `{profile}`: `web_identity_token_file` was specified but `role_arn` was missing \
         ({at})"
    )]
    MissingRoleArn {
        /// The profile.
        profile: String,
        /// Where the token file is named.
        at: Origin,
    },

    /// `source_profile` or `credential_source` has to be added.
    #[error(
        "profile `{profile}` has a role but nothing to assume it with: profile must contain \
         `source_profile` or `credential_source` but neither were defined ({at})"
    )]
    MissingSource {
        /// The profile.
        profile: String,
        /// Where the role is named.
        at: Origin,
    },

    /// One of the two has to go.
    #[error(
        "profile `{profile}`: profile contained both source_profile and credential_source. Only \
         one or the other can be defined ({source_profile}, {credential_source})"
    )]
    ConflictingSources {
        /// The profile.
        profile: String,
        /// Where the one stands.
        source_profile: Origin,
        /// Where the other stands.
        credential_source: Origin,
    },

    /// Credentials have to be added to a profile that another one, or its own role, relies on.
    #[error(
        "could not load source profile: profile `{profile}` did not contain credential \
         information ({at})"
    )]
    SourceWithoutCredentials {
        /// The profile.
        profile: String,
        /// Where it begins.
        at: Origin,
    },
}

fn were(missing: &[&str]) -> String {
    let quoted: Vec<_> = missing.iter().map(|key| format!("`{key}`")).collect();
    let verb = if missing.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", quoted.join(" and "))
}
