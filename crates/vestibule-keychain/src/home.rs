use std::time::Duration;

use vestibule_sso::{FileTokenStore, PreparedStore, StoreError, TokenStore};
use vestibule_types::{Platform, Vars};
use vestibule_world::{BoxFuture, Guard, World, WriteMode};
use zeroize::Zeroizing;

/// The files of all AWS tools: those of SSO sessions and of console logins, which are in two folders.
#[derive(Clone, Debug)]
pub struct HomeFiles {
    sso: FileTokenStore,
    console: FileTokenStore,
}

impl HomeFiles {
    /// Creates the store of the home folder.
    pub fn new(vars: &Vars, platform: Platform) -> Self {
        let sso = FileTokenStore::at_home(vars, platform);
        let console = vestibule_console_login::folder(vars, platform);
        let console = console.map_or_else(|| sso.clone(), FileTokenStore::new);
        Self { sso, console }
    }

    /// Returns the store of an entry. The names of console logins are SHA-256 hashes, those of SSO
    /// sessions are SHA-1 hashes.
    fn store_of(&self, entry: &str) -> &FileTokenStore {
        let stem = entry.split('.').next().unwrap_or(entry);
        if stem.len() == 64 { &self.console } else { &self.sso }
    }
}

impl TokenStore for HomeFiles {
    fn location(&self, entry: &str) -> String {
        self.store_of(entry).location(entry)
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, StoreError>> {
        self.store_of(entry).load(world, entry)
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.store_of(entry).store(world, entry, contents, mode)
    }

    fn prepare<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        len: usize,
    ) -> BoxFuture<'a, Result<Option<Box<dyn PreparedStore>>, StoreError>> {
        self.store_of(entry).prepare(world, entry, len)
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.store_of(entry).remove(world, entry)
    }

    fn list<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let mut entries = self.sso.list(world).await?;
            entries.extend(self.console.list(world).await?);
            Ok(entries)
        })
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        self.store_of(name).lock(world, name, at_most)
    }

    fn is_shared(&self) -> bool {
        self.sso.is_shared()
    }
}
