use std::io;

use vestibule_profile::ProcessCommand;
use vestibule_provider::{ChosenBy, Error, ErrorKind, Lookup, Provider};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken, Timestamp, json};
use vestibule_world::{BoxFuture, Command, Finished, World};

const NAME: &str = "process";
/// The variable in which the AWS CLI lists the profiles of nested helpers, to detect loops.
const CHAIN_VARIABLE: &str = "_AWS_CLI_PROFILE_CHAIN";
/// More nested helpers than this are a loop.
const MAX_DEPTH: usize = 4;

/// A program that prints credentials (`credential_process`).
///
/// Errors contain neither its arguments nor its output, only the end of what it wrote to stderr.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct Process {
    command: ProcessCommand,
    profile: String,
}

impl Process {
    /// Creates the provider for the program of a profile.
    pub fn new(command: ProcessCommand, profile: impl Into<String>) -> Self {
        Self { command, profile: profile.into() }
    }

    async fn run(&self, world: &World) -> Result<Credentials, Error> {
        let program = || self.command.command.value.program().to_owned();
        let refused = |error| self.error(ErrorKind::Refused, error);
        let chain =
            self.chain(world).map_err(|error| self.error(ErrorKind::Configuration, error))?;
        let mut command = Command::shell(self.command.command.value.line().clone());
        command.vars.push((CHAIN_VARIABLE.to_owned(), chain));
        let waiting = tracing::debug_span!("wait", program = program());
        let finished = world.processes.run(&command).await;
        drop(waiting);
        let finished = finished.map_err(|source| {
            let program = program();
            refused(match source.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::FileTooLarge => {
                    ProcessError::Limit { program, limit: source }
                }
                _ => ProcessError::NotStarted { program, source },
            })
        })?;
        if finished.code != Some(0) {
            return Err(refused(ProcessError::exit(program(), &finished)));
        }
        let account = self.command.account_id.as_ref().map(|id| id.value.clone());
        read(&finished.stdout, account)
            .map_err(|source| refused(ProcessError::Output { program: program(), source }))
    }

    /// Returns the profiles whose helpers call each other, with this one at the end.
    fn chain(&self, world: &World) -> Result<String, ProcessError> {
        let before: Vec<&str> = world
            .vars
            .get(CHAIN_VARIABLE)
            .map(|chain| chain.split(',').collect())
            .unwrap_or_default();
        let mut path: Vec<&str> = before.clone();
        path.push(&self.profile);
        if before.contains(&self.profile.as_str()) || MAX_DEPTH <= before.len() {
            return Err(ProcessError::Loop { path: path.join(" → ") });
        }
        Ok(path.join(","))
    }

    fn error(&self, kind: ErrorKind, error: ProcessError) -> Error {
        let origin = &self.command.command.origin;
        Error::new(NAME, kind, error)
            .with_chosen_by(ChosenBy::setting("credential_process", origin))
    }
}

impl Provider for Process {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move { self.run(world).await.map(Lookup::Credentials) })
    }

    fn location(&self, _world: &World) -> String {
        let command = &self.command.command;
        format!("`{}` (credential_process, {})", command.value.program(), command.origin)
    }
}

#[derive(Debug, thiserror::Error)]
enum ProcessError {
    #[error("`{program}` could not be run")]
    NotStarted { program: String, source: io::Error },
    #[error("`{program}` {limit}, and was stopped")]
    Limit { program: String, limit: io::Error },
    #[error("`{program}` {status}{}{stderr}", if .stderr.is_empty() { "" } else { ": " })]
    Exit { program: String, status: String, stderr: String },
    #[error("`{program}` printed no credentials")]
    Output { program: String, source: json::Error },
    #[error("credential helpers call each other in a loop: {path}")]
    Loop { path: String },
}

impl ProcessError {
    fn exit(program: String, finished: &Finished) -> Self {
        let status = match finished.code {
            Some(code) => format!("exited with status {code}"),
            None => "was killed by a signal".to_owned(),
        };
        let stderr = vestibule_types::printable_line(&finished.stderr, 1024);
        Self::Exit { program, status, stderr }
    }
}

/// Reads the JSON object that the program printed.
///
/// Credentials that have expired are returned as they are: the cache decides whether to use them.
fn read(stdout: &[u8], account: Option<AccountId>) -> Result<Credentials, json::Error> {
    let mut output = json::Object::read(stdout)?;
    match output.require("Version") {
        Ok(1) => {}
        Err(error @ json::Error::Missing { .. }) => return Err(error),
        _ => return Err(json::Error::invalid("Version", "1")),
    }
    let secret: SecretAccessKey = output.require("SecretAccessKey")?;
    let id: String = output.require("AccessKeyId")?;
    let session_token: Option<SessionToken> = output.get("SessionToken")?;
    let expiration: Option<Timestamp> = output.get("Expiration")?;
    let own_account: Option<AccountId> = output.get("AccountId")?;
    Ok(Credentials::new(id, secret)
        .with_session_token(session_token)
        .with_expires_at(expiration)
        .with_account_id(own_account.or(account)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stdout: &str, expected: &str) {
        let outcome = match read(stdout.as_bytes(), None) {
            Ok(keys) => format!("{} {:?}", keys.access_key_id(), keys.expires_at()),
            Err(problem) => format!("error: {problem}"),
        };
        assert_eq!(outcome, expected);
    }

    #[test]
    fn output_is_one_object_of_version_one() {
        check(
            r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hidden", "Expiration": "2026-01-01T00:00:00Z"}"#,
            "A Some(2026-01-01T00:00:00Z)",
        );
        check(r#"{"version": 1, "accesskeyid": "A", "secretaccesskey": "hidden"}"#, "A None");
        check("", "error: truncated JSON");
        check("{} {}", "error: invalid JSON (line 1, column 4)");
        check("{}", "error: `Version` is missing or empty");
        check(r#"{"Version": "1"}"#, "error: `Version` is not 1");
        check(
            r#"{"Version": 1, "SecretAccessKey": "hidden"}"#,
            "error: `AccessKeyId` is missing or empty",
        );
        check(
            r#"{"Version": 1, "SecretAccessKey": 7}"#,
            "error: `SecretAccessKey` is not a string",
        );
    }
}
