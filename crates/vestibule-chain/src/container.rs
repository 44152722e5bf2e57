use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vestibule_metadata::{
    ContainerToken, ContainerTokenSource, ContainerUri, ContainerUriError, GetContainerCredentials,
};
use vestibule_provider::{
    ChosenBy, Error, ErrorKind, Lookup, Provider, RefreshPolicy, SkippedSources,
};
use vestibule_world::{BoxFuture, World};

use crate::local_service::{LocalService, LocalServiceError, error_kind};

const NAME: &str = "container";
/// Timeout of one attempt; the SDK for Rust has 2 seconds for connecting and 5 for reading.
const TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;

/// The credentials of a container: ECS, EKS Pod Identity, Greengrass.
///
/// Requests go to the URI of the environment, if [`ContainerUri`] allows it; a token file is read
/// for each request. Credentials that have expired are returned as they are: the cache decides
/// whether to use them.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)
#[derive(Clone, Debug, Default)]
pub struct Container {
    resolver: Resolver,
}

impl Container {
    /// Creates the provider; the resolver finds the addresses of host names, for the check whether
    /// plain HTTP is allowed.
    pub fn new(resolver: Resolver) -> Self {
        Self { resolver }
    }

    fn uri(&self, world: &World) -> Result<Option<ContainerUri>, ContainerUriError> {
        ContainerUri::from_vars(&world.vars, |host| self.resolver.addresses(host))
    }

    async fn request(&self, world: &World) -> Result<Lookup, Error> {
        let uri = match self.uri(world) {
            Ok(Some(uri)) => uri,
            Ok(None) => {
                let lacks = "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                              AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
                return Ok(Lookup::NotConfigured(SkippedSources::new(NAME, lacks)));
            }
            Err(error) => {
                let chosen_by = ChosenBy::variable(error.variable());
                let error = Error::new(NAME, ErrorKind::Configuration, error);
                return Err(error.with_chosen_by(chosen_by));
            }
        };
        let token = token(world)?;
        let agent = LocalService::new(uri.endpoint().clone(), TIMEOUT, ATTEMPTS);
        let operation = GetContainerCredentials { uri: &uri, token: token.as_ref() };
        agent.call(world, &operation).await.map(Lookup::Credentials).map_err(|source| {
            let kind = error_kind(&source);
            let failed = RequestFailed { url: agent.endpoint.url().to_owned(), source };
            Error::new(NAME, kind, failed).with_chosen_by(ChosenBy::variable(uri.variable()))
        })
    }
}

/// Returns the authorization token of the environment.
fn token(world: &World) -> Result<Option<ContainerToken>, Error> {
    let Some(source) = ContainerTokenSource::from_vars(&world.vars) else { return Ok(None) };
    let token = match &source {
        ContainerTokenSource::Text(text) => ContainerToken::new(text.expose()),
        ContainerTokenSource::File(path) => match world.files.read(path) {
            Ok(contents) => ContainerToken::from_file(&contents),
            Err(error) => {
                let error = Unreadable { path: path.clone(), source: error };
                let error = Error::new(NAME, ErrorKind::Refused, error);
                return Err(error.with_chosen_by(ChosenBy::variable(source.variable())));
            }
        },
    };
    token.map(Some).map_err(|error| {
        Error::new(NAME, ErrorKind::Configuration, error)
            .with_chosen_by(ChosenBy::variable(source.variable()))
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
#[error("the container's endpoint ({url}) gave no credentials")]
struct RequestFailed {
    url: String,
    #[source]
    source: LocalServiceError,
}

impl Provider for Container {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.request(world))
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::STATIC_STABILITY
    }

    fn location(&self, world: &World) -> String {
        match self.uri(world) {
            Ok(Some(uri)) => format!("{} ({})", uri.endpoint().url(), uri.variable()),
            _ => NAME.to_owned(),
        }
    }
}

/// A function that returns the addresses of a host name, for the rule on plain HTTP endpoints of
/// containers.
///
/// The default finds none. `localhost` needs no resolver, and other names are rare; botocore allows
/// none.
#[derive(Clone)]
pub struct Resolver(Arc<Resolve>);

type Resolve = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

impl Resolver {
    /// Resolves by this function, which may block while a name server is queried.
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
        let text = "host names other than `localhost` are not resolved";
        Self::new(move |_| Err(io::Error::new(io::ErrorKind::Unsupported, text)))
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

    /// Provides in this environment, with these responses (0 is a lost connection); returns the
    /// outcome and the number of requests.
    fn provide(
        vars: &[(&str, &str)],
        responses: &'static [(u16, &'static str)],
    ) -> (String, usize) {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |request: Request| {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let token = request.headers().get("authorization");
            assert!(token.is_none_or(|token| token == "token"), "{token:?}");
            match responses[number.min(responses.len() - 1)] {
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
        let outcome = match block_on(Container::default().provide(&world)) {
            Ok(Lookup::Credentials(keys)) => keys.access_key_id().to_owned(),
            Ok(Lookup::NotConfigured(reason)) => reason.to_string(),
            Err(error) => {
                let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
                let (by, kind) = (error.chosen_by().unwrap(), error.kind());
                format!("{kind:?} {error}{} ({by})", source.unwrap_or_default())
            }
        };
        (outcome, count.load(Ordering::SeqCst))
    }

    #[track_caller]
    fn check(
        vars: &[(&str, &str)],
        responses: &'static [(u16, &'static str)],
        expected: &str,
        requests: usize,
    ) {
        assert_eq!(provide(vars, responses), (expected.to_owned(), requests));
    }

    #[test]
    fn environment_without_uri_is_not_configured() {
        let nothing = "container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                       AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
        check(&[], &[(200, KEYS)], nothing, 0);
        check(&[(TOKEN_FILE, "/not-there")], &[(200, KEYS)], nothing, 0);
    }

    #[test]
    fn token_file_takes_precedence_over_token() {
        check(&[(RELATIVE, "/a")], &[(200, KEYS)], "AKID", 1);
        check(&[(RELATIVE, "/a"), (TOKEN, "token")], &[(200, KEYS)], "AKID", 1);
        let both = [(RELATIVE, "/a"), (TOKEN, "other"), (TOKEN_FILE, "/token")];
        check(&both, &[(200, KEYS)], "AKID", 1);
    }

    #[test]
    fn invalid_token_is_an_error_before_any_request() {
        check(
            &[(RELATIVE, "/a"), (TOKEN_FILE, "/not-there")],
            &[(200, KEYS)],
            "Refused the authorization token in /not-there could not be read: entity not found \
             (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)",
            0,
        );
        let illegal = "Configuration the authorization token (3 bytes) contains a line break or other \
                       characters that no HTTP header can carry ";
        let expected = format!("{illegal}({TOKEN_FILE})");
        check(&[(RELATIVE, "/a"), (TOKEN_FILE, "/bad")], &[(200, KEYS)], &expected, 0);
        let expected = format!("{illegal}({TOKEN})");
        check(&[(RELATIVE, "/a"), (TOKEN, "ab\n")], &[(200, KEYS)], &expected, 0);
    }

    #[test]
    fn plain_http_to_unknown_host_is_an_error() {
        let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        check(
            &[(full, "http://stranger.test/"), (TOKEN, "token")],
            &[(200, KEYS)],
            "Configuration could not resolve the host `stranger.test` of \
             AWS_CONTAINER_CREDENTIALS_FULL_URI: host names other than `localhost` are not resolved \
             (AWS_CONTAINER_CREDENTIALS_FULL_URI)",
            0,
        );
    }

    #[test]
    fn transient_failures_are_retried() {
        let vars = [(RELATIVE, "/a")];
        check(&vars, &[(503, ""), (0, ""), (200, KEYS)], "AKID", 3);
        check(&vars, &[(200, "{"), (200, KEYS)], "AKID", 2);
        let refused = "the container's endpoint (http://169.254.170.2) gave no credentials";
        let by = "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)";
        let expected = format!("Transient {refused}: the service gave no reason (HTTP 500) {by}");
        check(&vars, &[(500, "")], &expected, 3);
        let expected = format!("Transient {refused}: NoTask: gone (HTTP 404) {by}");
        check(&vars, &[(404, r#"{"code": "NoTask", "message": "gone"}"#)], &expected, 1);
        let expected =
            format!("Transient {refused}: the connection to x was lost (3 attempts) {by}");
        check(&vars, &[(0, "")], &expected, 3);
    }
}
