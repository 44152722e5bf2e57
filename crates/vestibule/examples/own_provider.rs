//! Sources of credentials, composed: `cargo run -p vestibule --example own_provider [ROLE_ARN]`.
//!
//! A vault of one's own is asked first, then whatever the profile says; with the ARN of a role, the
//! role is assumed with what came of it.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::error::Error;

use vestibule::providers::{AssumeRole, Role, Sts};
use vestibule::world::{BoxFuture, World};
use vestibule::{
    Chain, Credentials, Lookup, Provider, ProviderError, RoleArn, Session, SkippedSources,
};

/// Keys that this program keeps somewhere itself; this one has lost them.
#[derive(Debug)]
struct Vault(Option<Credentials>);

impl Provider for Vault {
    fn name(&self) -> &'static str {
        "vault"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        // What is not there is an answer, and a chain goes on; an error would end it.
        let answer = match &self.0 {
            Some(keys) => Lookup::Credentials(keys.clone()),
            None => Lookup::NotConfigured(SkippedSources::new(self.name(), "it is empty")),
        };
        Box::pin(async { Ok(answer) })
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
    // The session keeps and refreshes what came of it, as it does for a profile.
    println!("{}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
