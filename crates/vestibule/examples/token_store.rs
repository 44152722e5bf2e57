//! Tokens in the vault of the host program: `cargo run -p vestibule --example token_store`.
//!
//! Nothing is written into `~/.aws`, so that the user signs in for this program alone.

#![expect(clippy::print_stdout, reason = "an example that talks to the user")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule::world::{BoxFuture, Guard, World, WriteMode};
use vestibule::{
    Contents, Error, MemoryTokenStore, Session, SignInOptions, StoreError, TokenStore, Ui,
    Verification, WebAddress,
};

/// The vault that this program has anyway; a real one would encrypt, or send requests.
#[derive(Debug, Default)]
struct Vault {
    entries: Mutex<HashMap<String, Contents>>,
    /// The vault belongs to one process, so locks in memory are enough.
    locks: MemoryTokenStore,
}

impl Vault {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Contents>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for Vault {
    fn location(&self, entry: &str) -> String {
        format!("entry {entry} of the vault")
    }

    fn load<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        Box::pin(async move { Ok(self.entries().get(entry).cloned()) })
    }

    fn store<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        _mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.entries().insert(entry.to_owned(), contents.to_vec().into());
            Ok(())
        })
    }

    fn remove<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.entries().remove(entry).is_some()) })
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        self.locks.lock(world, name, at_most)
    }

    fn is_shared(&self) -> bool {
        false
    }
}

struct Terminal;

impl Ui for Terminal {
    fn show(&self, verification: &Verification) {
        println!("Open {} and compare the code:", verification.complete_address);
        println!("{}", verification.user_code);
    }

    fn open(&self, page: &WebAddress) {
        println!("Open {page}");
    }
}

fn main() -> Result<(), Error> {
    let session = Session::builder().token_store(Arc::new(Vault::default())).load_blocking()?;
    let center = session.identity_center()?;
    let options = SignInOptions::new(vestibule::Flow::DeviceCode);
    let token = center.blocking().sign_in(options, &Terminal)?;
    println!(
        "The token in {} expires at {}.",
        center.blocking().status().location,
        token.expires_at
    );
    println!("{}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
