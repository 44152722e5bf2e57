use std::path::Path;
use std::time::Duration;

use vestibule_world::{BoxFuture, Files as _, Guard, World, WriteMode, memory};

use super::{Contents, StoreError, TokenStore};

/// Entries of this process alone: nothing touches a disk, and no other tool sees them.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(memory::Files);

impl TokenStore for MemoryTokenStore {
    #[inline]
    fn location(&self, _entry: &str) -> String {
        "the memory of this process".to_owned()
    }

    #[inline]
    fn load<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        Box::pin(async move { Ok(self.0.read(Path::new(entry)).ok()) })
    }

    #[inline]
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

    #[inline]
    fn remove<'a>(
        &'a self,
        _world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.0.remove(Path::new(entry)).is_ok()) })
    }

    #[inline]
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

    #[inline]
    fn is_shared(&self) -> bool {
        false
    }
}

impl MemoryTokenStore {
    #[inline]
    fn error(&self, entry: &str, error: std::io::Error) -> StoreError {
        StoreError::io("could not write", self.location(entry), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_store_is_seen_by_this_process_alone() {
        let store = MemoryTokenStore::default();
        assert_eq!(store.location("a.json"), "the memory of this process");
        assert!(!store.is_shared());
    }

    #[test]
    fn role_credentials_are_stored_in_files_unless_a_store_forbids_it() {
        assert!(MemoryTokenStore::default().allows_files("a.json"));
    }

    #[test]
    fn locks_of_one_memory_store_do_not_hold_up_another() {
        let world = memory::world();
        let (store, other) = (MemoryTokenStore::default(), MemoryTokenStore::default());
        let take = |store: &MemoryTokenStore| {
            vestibule_world::block_on(store.lock(&world, "a.lock", Duration::ZERO)).unwrap()
        };
        let held = take(&store);
        assert!(held.is_some() && take(&store.clone()).is_none());
        assert!(take(&other).is_some());
    }
}
