//! Where the credentials of a profile begin.

use std::fmt;
use std::path::PathBuf;

use vestibule_types::{AccountId, RoleArn, Secret};

use crate::{ConfiguredSession, Finding, Keys, Location, Origin, Sourced, SsoRole};

/// The source that needs no other credentials; the roles of the plan come on top.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Base {
    /// Keys in the files.
    Keys(Keys),
    /// A role of IAM Identity Center.
    Sso(SsoRole),
    /// A sign-in to IAM Identity Center that names no role: a bearer token, and no credentials.
    SsoToken(ConfiguredSession),
    /// A role for a token that something else keeps in a file.
    WebIdentity(WebIdentity),
    /// A program that prints credentials.
    Process(ProcessCommand),
    /// A sign-in to the console (`aws login`).
    Login(LoginSession),
    /// A source of the machine, by name.
    Named(Sourced<NamedSource>),
    /// No credentials here; a chain goes on to its next source.
    NotConfigured(NotConfigured),
}

impl Base {
    /// The sign-in to IAM Identity Center that it needs.
    pub fn session(&self) -> Option<&ConfiguredSession> {
        match self {
            Self::Sso(role) => Some(&role.session),
            Self::SsoToken(session) => Some(session),
            _ => None,
        }
    }
}

/// `web_identity_token_file` and the role it is for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebIdentity {
    /// `web_identity_token_file`, as written: a relative path means the working directory.
    pub token_file: Sourced<PathBuf>,
    /// `role_arn`.
    pub role_arn: Sourced<RoleArn>,
    /// `role_session_name`.
    pub session_name: Option<Sourced<String>>,
}

/// `credential_process`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessCommand {
    /// The command.
    pub command: Sourced<CommandLine>,
    /// `aws_account_id`, for a program that does not say it.
    pub account_id: Option<Sourced<AccountId>>,
}

/// A command line whose arguments may be secrets.
///
/// `Debug` and `Display` show the program alone.
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

    /// The first word, without quotes.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// The whole line, as written.
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

/// `login_session`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginSession {
    /// The ARN of the console session; its SHA-256 names the cache file.
    pub arn: Sourced<String>,
}

/// What `credential_source` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedSource {
    /// Keys in the environment; never a web identity.
    Environment,
    /// The endpoint that a container's environment names.
    EcsContainer,
    /// The role of an EC2 instance.
    Ec2InstanceMetadata,
}

impl NamedSource {
    /// The names, which are read in any case.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("Environment", Self::Environment),
        ("EcsContainer", Self::EcsContainer),
        ("Ec2InstanceMetadata", Self::Ec2InstanceMetadata),
    ];
}

/// The name AWS gives it.
impl fmt::Display for NamedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::EcsContainer => "EcsContainer",
            Self::Ec2InstanceMetadata => "Ec2InstanceMetadata",
        })
    }
}

/// Why a profile has no credentials to offer, although nothing is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotConfigured {
    /// Nobody named a profile, and neither file has a `default`.
    NoProfile {
        /// The files.
        searched: [Location; 2],
        /// The first line that could not be read: it may be the header that is missed.
        malformed_header: Option<Finding>,
    },
    /// The profile is there and says nothing about credentials.
    NoCredentials {
        /// Its name.
        profile: String,
        /// Where it begins.
        at: Origin,
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
            Self::NoCredentials { profile, at } => {
                write!(f, "profile `{profile}` did not contain credential information ({at})")
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
    fn of_a_command_only_the_program_shows() {
        check("/opt/bin/creds --password hunter2", "/opt/bin/creds");
        check(r#""C:\Program Files\creds.exe" --password x"#, r"C:\Program Files\creds.exe");
        check("'/opt/my creds' x", "/opt/my creds");
        check("creds", "creds");
        check("\"", "");
    }
}
