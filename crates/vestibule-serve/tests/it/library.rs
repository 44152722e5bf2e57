//! Our own container provider, as the environment sets it up.

use vestibule_chain::Container;
use vestibule_provider::{
    Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup, Provider, SkippedSources,
};
use vestibule_serve::Server;
use vestibule_types::Vars;
use vestibule_world::{BoxFuture, World, block_on};

use crate::support::{at_port, keys, world};

/// What the library makes of it.
fn provide(server: &Server, token: &str) -> Result<Lookup, ProviderError> {
    let vars = Vars::default()
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.uri())
        .with("AWS_CONTAINER_AUTHORIZATION_TOKEN", token);
    block_on(Container::default().provide(&world(vars)))
}

#[test]
fn the_variables_are_all_it_takes() {
    let server = at_port(keys());
    let Lookup::Credentials(found) = provide(&server, server.token().expose()).unwrap() else {
        panic!("no credentials");
    };
    assert_eq!(found.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(found.session_token().unwrap().expose(), "hidden-too");
    assert_eq!(found.expires(), keys().expires());
}

#[test]
fn another_token_is_told_what_is_missing() {
    let server = at_port(keys());
    let error = provide(&server, "guess").unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("AccessDenied: the header Authorization is missing"), "{cause}");
}

/// A source that is set up and has nothing to give.
#[derive(Debug)]
struct Broken(ProviderErrorKind);

impl Provider for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async { Err(ProviderError::new("broken", self.0, "the session has ended")) })
    }
}

#[test]
fn why_there_are_none_reaches_who_asks() {
    for (kind, expected) in [
        (ProviderErrorKind::SignInNeeded, "SignInNeeded: the session has ended (HTTP 400)"),
        (ProviderErrorKind::Transient, "Unavailable: the session has ended (HTTP 503)"),
    ] {
        let server = at_port(Broken(kind));
        let error = provide(&server, server.token().expose()).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, expected);
    }
}

/// A source that is not there.
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
fn so_does_that_nothing_is_set_up() {
    let server = at_port(Absent);
    let error = provide(&server, server.token().expose()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("NotConfigured: no source of credentials is set up"), "{cause}");
}
