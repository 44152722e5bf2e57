//! Custom providers, composed: `cargo run -p vestibule --example own_provider [ROLE_ARN]`.
//!
//! A custom vault takes precedence over the profile; with the ARN of a role, that role is assumed with
//! the credentials.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::error::Error;

use vestibule::providers::{AssumeRole, Role, Sts};
use vestibule::world::{BoxFuture, World};
use vestibule::{
    Chain, Credentials, Lookup, Provider, ProviderError, RoleArn, Session, SkippedSources,
};

/// A vault of the program; this one is empty.
#[derive(Debug)]
struct Vault(Option<Credentials>);

impl Provider for Vault {
    fn name(&self) -> &'static str {
        "vault"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        // Not configured: a chain tries the next provider. An error would end it.
        let found = match &self.0 {
            Some(keys) => Lookup::Credentials(keys.clone()),
            None => Lookup::NotConfigured(SkippedSources::new(self.name(), "it is empty")),
        };
        Box::pin(async { Ok(found) })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::builder().load_blocking()?;
    let mut session =
        session.with_provider(|profile| Chain::default().then(Vault(None)).then(profile));
    if let Some(arn) = std::env::args().nth(1) {
        let (role, sts) = (Role::new(RoleArn::new(&arn)?), Sts::new(session.settings()));
        session = session.with_provider(|source| AssumeRole::new(source, role, sts));
    }
    // The session caches and refreshes these credentials like those of a profile.
    println!("{}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
