use vestibule_json::{Object, Unreadable};
use vestibule_profile::ProcessCommand;
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken, Timestamp};
use vestibule_world::{BoxFuture, Command, Finished, World};

const NAME: &str = "process";
/// The variable by which the AWS CLI keeps helpers that call each other from going round.
const GUARD: &str = "_AWS_CLI_PROFILE_CHAIN";
/// More helpers than this in a row are a loop.
const DEEPEST: usize = 4;

/// A program that prints credentials (`credential_process`).
///
/// Neither its arguments nor its output are ever part of an error; of what it says on stderr,
/// the end is.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct Process {
    command: ProcessCommand,
    profile: String,
}

impl Process {
    /// The program of a profile.
    pub fn new(command: ProcessCommand, profile: impl Into<String>) -> Self {
        Self { command, profile: profile.into() }
    }

    async fn run(&self, world: &World) -> Result<Credentials, ProvideError> {
        let program = self.command.command.value.program();
        let failed = |kind, error: Failure| {
            ProvideError::new(NAME, kind, error)
                .chosen_by(&format!("credential_process, {}", self.command.command.origin))
        };
        let chain =
            self.guard(world).map_err(|error| failed(ProvideErrorKind::Configuration, error))?;
        let mut command = Command::shell(self.command.command.value.line().clone());
        command.vars.push((GUARD.to_owned(), chain));
        let finished = world.processes.run(&command).await.map_err(|source| {
            failed(
                ProvideErrorKind::Refused,
                Failure::NotRun { program: program.to_owned(), source },
            )
        })?;
        if finished.code != Some(0) {
            return Err(failed(ProvideErrorKind::Refused, Failure::ended(program, &finished)));
        }
        let account = self.command.account_id.as_ref().map(|id| id.value.clone());
        read(&finished.stdout, account).map_err(|what| {
            let program = program.to_owned();
            failed(ProvideErrorKind::Refused, Failure::Unreadable { program, what })
        })
    }

    /// The profiles whose helpers led here, and this one.
    fn guard(&self, world: &World) -> Result<String, Failure> {
        let before: Vec<&str> =
            world.vars.get(GUARD).map(|chain| chain.split(',').collect()).unwrap_or_default();
        let mut path: Vec<&str> = before.clone();
        path.push(&self.profile);
        if before.contains(&self.profile.as_str()) || DEEPEST <= before.len() {
            return Err(Failure::Loop { path: path.join(" → ") });
        }
        Ok(path.join(","))
    }
}

impl Provider for Process {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { self.run(world).await.map(Answer::Credentials) })
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("`{program}` could not be run")]
    NotRun {
        program: String,
        #[source]
        source: std::io::Error,
    },
    #[error("`{program}` {how}{}", Said(.said))]
    Ended { program: String, how: String, said: String },
    #[error("`{program}` printed no credentials: {what}")]
    Unreadable { program: String, what: String },
    #[error("credential helpers call each other in a circle: {path}")]
    Loop { path: String },
}

impl Failure {
    fn ended(program: &str, finished: &Finished) -> Self {
        let how = match finished.code {
            Some(code) => format!("ended with status {code}"),
            None => "was ended by a signal".to_owned(),
        };
        let said = vestibule_wire::printable(&finished.stderr, 1024);
        Self::Ended { program: program.to_owned(), how, said }
    }
}

/// `: …` where something was said.
struct Said<'a>(&'a str);

impl std::fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ": {}", self.0) }
    }
}

/// Reads the one JSON object.
///
/// An expired answer is passed on: whether to use it is the cache's to say.
fn read(stdout: &[u8], account: Option<AccountId>) -> Result<Credentials, String> {
    let object = Object::read(stdout).map_err(|_| "expected one JSON object")?;
    credentials(object, account).map_err(|error| error.to_string())
}

fn credentials(
    mut object: Object<'_>,
    account: Option<AccountId>,
) -> Result<Credentials, Unreadable> {
    let (key, expected) = ("Version", "1");
    let version: u32 = object.required_number(key, expected)?;
    if version != 1 {
        return Err(Unreadable::Wrong { key, expected });
    }
    let secret = SecretAccessKey::new(object.required_text("SecretAccessKey")?);
    let expires: Option<Timestamp> = object.parsed("Expiration", "a point in time")?;
    let said: Option<AccountId> = object.parsed("AccountId", "an account id")?;
    Ok(Credentials::new(object.required_text("AccessKeyId")?, secret)
        .with_session_token(object.text("SessionToken")?.map(SessionToken::new))
        .with_expiry(expires)
        .with_account_id(said.or(account)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stdout: &str, expected: &str) {
        let said = match read(stdout.as_bytes(), None) {
            Ok(keys) => format!("{} {:?}", keys.access_key_id(), keys.expires()),
            Err(what) => format!("error: {what}"),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn one_object_of_version_one() {
        check(
            r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hidden", "Expiration": "2026-01-01T00:00:00Z"}"#,
            "A Some(2026-01-01T00:00:00Z)",
        );
        check(r#"{"version": 1, "accesskeyid": "A", "secretaccesskey": "hidden"}"#, "A None");
        check("", "error: expected one JSON object");
        check("{} {}", "error: expected one JSON object");
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
