use std::path::Path;
use std::time::Duration;

use vestibule_world::{BoxFuture, Files as _, Guard, World, WriteMode, memory};

use super::{Contents, StoreError, TokenStore};

/// Entries of this process alone: nothing touches a disk, and no other tool sees them.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(memory::Files);

impl TokenStore for MemoryTokenStore {
    fn location(&self, _entry: &str) -> String {
        "the memory of this process".to_owned()
    }

    fn load<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        Box::pin(async move { Ok(self.0.read(Path::new(entry)).ok()) })
    }

    fn store<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let stored = self.0.replace(Path::new(entry), contents, mode);
        Box::pin(async move { stored.map_err(|error| self.error(entry, error)) })
    }

    fn remove<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.0.remove(Path::new(entry)).is_ok()) })
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        let locks = World { files: std::sync::Arc::new(self.0.clone()), ..world.clone() };
        Box::pin(async move {
            let locked = locks.lock_file(Path::new(name), at_most).await;
            locked.map_err(|error| self.error(name, error))
        })
    }

    fn is_shared(&self) -> bool {
        false
    }
}

impl MemoryTokenStore {
    fn error(&self, entry: &str, error: std::io::Error) -> StoreError {
        StoreError::io("could not write", self.location(entry), error)
    }
}
