use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vestibule_metadata::{
    ContainerToken, ContainerTokenSource, ContainerUri, GetContainerCredentials,
};
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_world::{BoxFuture, World};

use crate::nearby::{LocalService, NearbyError, error_kind};

const NAME: &str = "container";
/// For one exchange; the SDK for Rust gives 2 seconds to connecting and 5 to reading.
const WITHIN: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;

/// The credentials of a container: ECS, EKS Pod Identity, Greengrass.
///
/// Asks where the environment says, if [`ContainerUri`] allows it. A token file is read each time,
/// and only then. What comes is passed on, even if it has expired: whether to use it is for the
/// cache to say.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)
#[derive(Clone, Debug, Default)]
pub struct Container {
    resolver: Resolver,
}

impl Container {
    /// Allows names for which the resolver finds no other addresses than those allowed.
    pub fn new(resolver: Resolver) -> Self {
        Self { resolver }
    }

    async fn ask(&self, world: &World) -> Result<Answer, ProvideError> {
        let uri = match ContainerUri::choose(&world.vars, |host| self.resolver.addresses(host)) {
            Ok(Some(uri)) => uri,
            Ok(None) => {
                let misses = "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                              AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
                return Ok(Answer::NotConfigured(Reason::new(NAME, misses)));
            }
            Err(error) => {
                let by = error.variable();
                let error = ProvideError::new(NAME, ProvideErrorKind::Configuration, error);
                return Err(error.chosen_by(by));
            }
        };
        let token = token(world)?;
        let at = uri.endpoint().clone();
        let agent = LocalService { at, within: WITHIN, attempts: ATTEMPTS, is_there: true };
        let question = GetContainerCredentials { uri: &uri, token: token.as_ref() };
        agent.call(world, &question).await.map(Answer::Credentials).map_err(|source| {
            let kind = error_kind(&source);
            let refused = Refused { at: agent.at.url().to_owned(), source };
            ProvideError::new(NAME, kind, refused).chosen_by(uri.variable())
        })
    }
}

/// What the environment says is to be shown.
fn token(world: &World) -> Result<Option<ContainerToken>, ProvideError> {
    let Some(source) = ContainerTokenSource::choose(&world.vars) else { return Ok(None) };
    let token = match &source {
        ContainerTokenSource::Text(text) => ContainerToken::new(text.expose()),
        ContainerTokenSource::File(path) => match world.files.read(path) {
            Ok(contents) => ContainerToken::from_file(&contents),
            Err(error) => {
                let error = Unreadable { path: path.clone(), source: error };
                let error = ProvideError::new(NAME, ProvideErrorKind::Refused, error);
                return Err(error.chosen_by(source.variable()));
            }
        },
    };
    token.map(Some).map_err(|error| {
        ProvideError::new(NAME, ProvideErrorKind::Configuration, error).chosen_by(source.variable())
    })
}

#[derive(Debug, thiserror::Error)]
#[error("the authorization token in {} could not be read", path.display())]
struct Unreadable {
    path: PathBuf,
    #[source]
    source: io::Error,
}

#[derive(Debug, thiserror::Error)]
#[error("the container's endpoint ({at}) gave no credentials")]
struct Refused {
    at: String,
    #[source]
    source: NearbyError,
}

impl Provider for Container {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.ask(world))
    }
}

/// The addresses of a host, for the rule on where a container may ask over plain HTTP.
///
/// By default no name has any. `localhost` needs no resolver, and few who ask over plain HTTP use
/// another name; botocore allows none.
#[derive(Clone)]
pub struct Resolver(Arc<Resolve>);

type Resolve = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

impl Resolver {
    /// Asks this function, which may block for as long as a name server takes.
    pub fn new(
        addresses: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(addresses))
    }

    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        (self.0)(host)
    }
}

impl Default for Resolver {
    fn default() -> Self {
        let none = "no name but `localhost` is looked up";
        Self::new(move |_| Err(io::Error::new(io::ErrorKind::Unsupported, none)))
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use vestibule_wire::Request;
    use vestibule_world::{TransportError, TransportErrorKind, block_on, memory};

    use super::*;

    const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    const KEYS: &str = r#"{"AccessKeyId": "AKID", "SecretAccessKey": "hidden", "Token": "hidden",
        "Expiration": "2009-02-13T23:31:30Z"}"#;

    /// Asks in this environment; 0 is a lost connection. Gives what was said, and how often was asked.
    fn ask(vars: &[(&str, &str)], answers: &'static [(u16, &'static str)]) -> (String, usize) {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |request: Request| {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let token = request.headers().get("authorization");
            assert!(token.is_none_or(|token| token == "token"), "{token:?}");
            match answers[number.min(answers.len() - 1)] {
                (0, _) => Err(TransportError::new(TransportErrorKind::Lost, "http://x")),
                (status, body) => {
                    let body = Bytes::from_static(body.as_bytes());
                    Ok(http::Response::builder().status(status).body(body).unwrap())
                }
            }
        });
        let base = memory::world();
        let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
        let files = memory::Files::default().with("/token", "token\n").with("/bad", "a\nb");
        let world = World { vars, files: Arc::new(files), transport: Arc::new(transport), ..base };
        let said = match block_on(Container::default().provide(&world)) {
            Ok(Answer::Credentials(keys)) => keys.access_key_id().to_owned(),
            Ok(Answer::NotConfigured(reason)) => reason.to_string(),
            Err(error) => {
                let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
                let (by, kind) = (error.choice().unwrap(), error.kind());
                format!("{kind:?} {error}{} ({by})", source.unwrap_or_default())
            }
        };
        (said, count.load(Ordering::SeqCst))
    }

    #[track_caller]
    fn check(
        vars: &[(&str, &str)],
        answers: &'static [(u16, &'static str)],
        expected: &str,
        asked: usize,
    ) {
        assert_eq!(ask(vars, answers), (expected.to_owned(), asked));
    }

    #[test]
    fn without_an_address_nothing_is_read_or_asked() {
        let nothing = "container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                       AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
        check(&[], &[(200, KEYS)], nothing, 0);
        check(&[(TOKEN_FILE, "/not-there")], &[(200, KEYS)], nothing, 0);
    }

    #[test]
    fn the_token_is_that_of_the_file() {
        check(&[(RELATIVE, "/a")], &[(200, KEYS)], "AKID", 1);
        check(&[(RELATIVE, "/a"), (TOKEN, "token")], &[(200, KEYS)], "AKID", 1);
        let both = [(RELATIVE, "/a"), (TOKEN, "other"), (TOKEN_FILE, "/token")];
        check(&both, &[(200, KEYS)], "AKID", 1);
    }

    #[test]
    fn a_token_that_cannot_be_sent_stops_it() {
        check(
            &[(RELATIVE, "/a"), (TOKEN_FILE, "/not-there")],
            &[(200, KEYS)],
            "Refused the authorization token in /not-there could not be read: entity not found \
             (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)",
            0,
        );
        let illegal = "Configuration the authorization token (3 bytes) holds a line break or other \
                       characters that no HTTP header can carry ";
        let expected = format!("{illegal}({TOKEN_FILE})");
        check(&[(RELATIVE, "/a"), (TOKEN_FILE, "/bad")], &[(200, KEYS)], &expected, 0);
        let expected = format!("{illegal}({TOKEN})");
        check(&[(RELATIVE, "/a"), (TOKEN, "ab\n")], &[(200, KEYS)], &expected, 0);
    }

    #[test]
    fn a_stranger_is_not_asked() {
        let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        check(
            &[(full, "http://stranger.test/"), (TOKEN, "token")],
            &[(200, KEYS)],
            "Configuration the host `stranger.test` of AWS_CONTAINER_CREDENTIALS_FULL_URI could \
             not be resolved: no name but `localhost` is looked up \
             (AWS_CONTAINER_CREDENTIALS_FULL_URI)",
            0,
        );
    }

    #[test]
    fn faults_that_pass_are_met_by_asking_again() {
        let vars = [(RELATIVE, "/a")];
        check(&vars, &[(503, ""), (0, ""), (200, KEYS)], "AKID", 3);
        check(&vars, &[(200, "{"), (200, KEYS)], "AKID", 2);
        let refused = "the container's endpoint (http://169.254.170.2) gave no credentials";
        let by = "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)";
        let expected = format!("Transient {refused}: the service gave no reason (HTTP 500) {by}");
        check(&vars, &[(500, "")], &expected, 3);
        let expected = format!("Transient {refused}: NoTask: gone (HTTP 404) {by}");
        check(&vars, &[(404, r#"{"code": "NoTask", "message": "gone"}"#)], &expected, 1);
        let expected = format!("Transient {refused}: the connection was lost (http://x) {by}");
        check(&vars, &[(0, "")], &expected, 3);
    }
}
