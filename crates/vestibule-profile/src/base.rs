//! The base of a plan: the source of its first credentials.

use std::fmt;
use std::path::PathBuf;

use vestibule_types::{AccountId, RoleArn, RoleSessionName, Secret};

use crate::{ConfiguredSession, Finding, Keys, Location, Note, Origin, Sourced, SsoRole};

/// A credential source that needs no other credentials. The roles of the plan are assumed with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Base {
    /// Static keys in the files.
    Keys(Keys),
    /// Role credentials of IAM Identity Center.
    Sso(SsoRole),
    /// An SSO session without account and role: an access token, but no credentials.
    SsoToken(ConfiguredSession),
    /// A role assumed with a web identity token, which is read from a file.
    WebIdentity(WebIdentity),
    /// A program that prints credentials.
    Process(ProcessCommand),
    /// A console login (`aws login`).
    Login(LoginSession),
    /// A credential source that `credential_source` names.
    Named(Sourced<NamedSource>),
    /// No credentials. A provider chain goes on to its next source.
    NotConfigured(NotConfigured),
}

impl Base {
    /// Returns the SSO session that the credentials need.
    pub fn session(&self) -> Option<&ConfiguredSession> {
        match self {
            Self::Sso(role) => Some(&role.session),
            Self::SsoToken(session) => Some(session),
            _ => None,
        }
    }

    /// Returns the notes about its settings.
    pub(crate) fn notes(&self) -> Vec<Note> {
        match self {
            Self::Keys(keys) => keys.note().into_iter().collect(),
            _ => self.session().map(ConfiguredSession::notes).unwrap_or_default(),
        }
    }
}

/// `web_identity_token_file` and the role to assume with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebIdentity {
    /// `web_identity_token_file`; a relative path is relative to the working directory.
    pub token_file: Sourced<PathBuf>,
    /// `role_arn`.
    pub role_arn: Sourced<RoleArn>,
    /// `role_session_name`.
    pub session_name: Option<Sourced<RoleSessionName>>,
}

/// `credential_process`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessCommand {
    /// The command line.
    pub command: Sourced<CommandLine>,
    /// `aws_account_id`, used if the program does not return one.
    pub account_id: Option<Sourced<AccountId>>,
}

/// A command line, whose arguments may be secrets: `Debug` and `Display` show the program only.
#[derive(Clone)]
pub struct CommandLine {
    program: String,
    line: Secret,
}

impl CommandLine {
    pub(crate) fn new(line: String) -> Self {
        let program = match line.chars().next() {
            Some(quote @ ('"' | '\'')) => line[1..].split(quote).next(),
            _ => line.split_whitespace().next(),
        };
        Self { program: program.unwrap_or_default().to_owned(), line: Secret::new(line) }
    }

    /// Returns the first word, without quotes.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Returns the whole line, as written.
    pub fn line(&self) -> &Secret {
        &self.line
    }
}

impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandLine({} ..)", self.program)
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)
    }
}

/// The console login of a profile: `login_session`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginSession {
    /// The ARN of the console session, whose SHA-256 is the name of the cache file.
    pub arn: Sourced<String>,
}

/// A value of `credential_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedSource {
    /// Keys in the environment, but not a web identity.
    Environment,
    /// The container credentials endpoint.
    EcsContainer,
    /// The instance metadata of EC2.
    Ec2InstanceMetadata,
}

impl NamedSource {
    /// The names, which are compared without regard to case.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("Environment", Self::Environment),
        ("EcsContainer", Self::EcsContainer),
        ("Ec2InstanceMetadata", Self::Ec2InstanceMetadata),
    ];
}

/// The name as AWS documents it.
impl fmt::Display for NamedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::EcsContainer => "EcsContainer",
            Self::Ec2InstanceMetadata => "Ec2InstanceMetadata",
        })
    }
}

/// The reason why a profile has no credentials, although nothing is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotConfigured {
    /// No profile is named, and neither file has a `default`.
    NoProfile {
        /// The files.
        searched: [Location; 2],
        /// The first line that could not be read, which may be the missing header.
        malformed_header: Option<Finding>,
    },
    /// The profile has no keys about credentials.
    NoCredentials {
        /// The name of the profile.
        profile: String,
        /// The header of the profile.
        origin: Origin,
    },
}

impl fmt::Display for NotConfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProfile { searched: [config, credentials], malformed_header } => {
                write!(f, "profile `default` is not defined in {config} or {credentials}")?;
                malformed_header
                    .as_ref()
                    .map_or(Ok(()), |malformed_header| write!(f, "; {malformed_header}"))
            }
            Self::NoCredentials { profile, origin } => {
                write!(f, "profile `{profile}` did not contain credential information ({origin})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, program: &str) {
        let command = CommandLine::new(line.to_owned());
        assert_eq!(command.program(), program);
        assert_eq!(format!("{command:?}"), format!("CommandLine({program} ..)"));
    }

    #[test]
    fn command_line_debug_shows_only_the_program() {
        check("/opt/bin/creds --password hunter2", "/opt/bin/creds");
        check(r#""C:\Program Files\creds.exe" --password x"#, r"C:\Program Files\creds.exe");
        check("'/opt/my creds' x", "/opt/my creds");
        check("creds", "creds");
        check("\"", "");
    }
}
