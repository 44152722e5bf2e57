//! Our own container provider as the client.

use vestibule_chain::Container;
use vestibule_provider::{
    Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup, Provider, SkippedSources,
};
use vestibule_serve::Server;
use vestibule_types::Vars;
use vestibule_world::{BoxFuture, World, block_on};

use crate::support::{keys, start_on_port, world};

/// Returns the result of the container provider.
fn provide(server: &Server, token: &str) -> Result<Lookup, ProviderError> {
    let vars = Vars::default()
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.uri())
        .with("AWS_CONTAINER_AUTHORIZATION_TOKEN", token);
    block_on(Container::default().provide(&world(vars)))
}

#[test]
fn container_provider_gets_credentials_from_the_variables() {
    let server = start_on_port(keys());
    let Lookup::Credentials(found) = provide(&server, server.token().expose()).unwrap() else {
        panic!("no credentials");
    };
    assert_eq!(found.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(found.session_token().unwrap().expose(), "hidden-too");
    assert_eq!(found.expires_at(), keys().expires_at());
}

#[test]
fn wrong_token_is_an_access_denied_error() {
    let server = start_on_port(keys());
    let error = provide(&server, "guess").unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("AccessDenied: the header Authorization is missing"), "{cause}");
}

/// A provider that fails.
#[derive(Debug)]
struct Broken(ProviderErrorKind);

impl Provider for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async { Err(ProviderError::new("broken", self.0, "the session has expired")) })
    }
}

#[test]
fn provider_error_reaches_the_client() {
    for (kind, expected) in [
        (ProviderErrorKind::SignInNeeded, "SignInNeeded: the session has expired (HTTP 400)"),
        (ProviderErrorKind::Transient, "Unavailable: the session has expired (HTTP 503)"),
    ] {
        let server = start_on_port(Broken(kind));
        let error = provide(&server, server.token().expose()).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, expected);
    }
}

/// A provider that is not configured.
#[derive(Debug)]
struct Absent;

impl Provider for Absent {
    fn name(&self) -> &'static str {
        "absent"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            Ok(Lookup::NotConfigured(SkippedSources::new("absent", "nothing is set")))
        })
    }
}

#[test]
fn unconfigured_provider_is_reported_to_the_client() {
    let server = start_on_port(Absent);
    let error = provide(&server, server.token().expose()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("NotConfigured: no credentials found"), "{cause}");
}
