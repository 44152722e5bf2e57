//! The stores of tokens.

mod files;
mod memory;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vestibule_world::{BoxFuture, Guard, World, WriteMode};
use zeroize::Zeroizing;

pub use files::FileTokenStore;
pub use memory::MemoryTokenStore;

/// The bytes of an entry; overwritten when dropped.
pub type Contents = Zeroizing<Vec<u8>>;

/// A store of the tokens of all sessions: files, memory, a keychain, a vault.
///
/// An entry is a small text. A store does not need to know what it means. An entry must be stored as a
/// whole: a rotated refresh token that is lost ends the session of every program that shares the store.
///
/// Names match `[0-9a-f]+\.(json|session|portal)` for entries, and `[0-9a-f]+\.(lock|queue\.lock|login\.lock)`
/// for locks: they are file names, and valid keys of every database.
///
/// Entries are loaded, stored and removed while [a lock](TokenStore::lock) is held. A store that
/// serializes its own changes needs another lock for them, or it waits for itself.
///
/// The methods are async and get the caller's [`World`], so that a store can send requests, wait, or
/// use files without a runtime of its own. They must not block a thread for long.
/// [`BoxFuture`] is the type of their futures, a pinned box; `Box::pin(async move { … })` makes one.
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// Returns the place of an entry in words for the user: a path, or `the macOS Keychain`.
    fn location(&self, entry: &str) -> String;

    /// Loads an entry, `None` if the store does not have it.
    ///
    /// # Errors
    /// The store cannot be read.
    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>>;

    /// Stores an entry, all of it or nothing. Returns when it is durable, or, for a best-effort
    /// write, when other processes see it.
    ///
    /// # Errors
    /// The store cannot be written; the old entry is then as it was.
    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Makes sure that an entry of up to `len` bytes can be stored, as far as that can be known,
    /// and returns what stores it. `None` if [`TokenStore::store`] does.
    ///
    /// Called before a refresh token is spent. Where it fails, the token is not spent.
    ///
    /// # Errors
    /// The store cannot be written.
    fn prepare<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        len: usize,
    ) -> BoxFuture<'a, Result<Option<Box<dyn PreparedStore>>, StoreError>> {
        let _ = (world, entry, len);
        Box::pin(async { Ok(None) })
    }

    /// Removes an entry. Returns whether there was one.
    ///
    /// # Errors
    /// The store cannot be written.
    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Returns the names of all entries, where the store can tell.
    ///
    /// # Errors
    /// The store cannot be read.
    fn list<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        let _ = world;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Takes the lock of this name, which all processes that share the store respect, waiting for
    /// another holder at most this long. `None` if it is still held then; [`Duration::ZERO`] means
    /// one attempt. Dropping the guard releases the lock.
    ///
    /// A lock is held while a request is sent and its response is stored: entries are loaded and
    /// stored meanwhile, and other locks taken. So each name is a lock of its own, and none of them
    /// the one that [`TokenStore::store`] takes, if it takes one.
    ///
    /// A store of one process may return a lock of a [`MemoryTokenStore`], and a store of several
    /// processes on one machine a lock on a file: [`World::lock_file`], with a path for each name.
    ///
    /// # Errors
    /// The lock cannot be taken. A refresh is then performed without it, so that two processes may
    /// spend one refresh token.
    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>>;

    /// Returns true if other processes see what is stored.
    fn is_shared(&self) -> bool;

    /// Returns whether role credentials that were obtained with an entry may be stored in files, where
    /// the caller shares them with other programs. Called after the entry was loaded.
    fn allows_files(&self, entry: &str) -> bool {
        let _ = entry;
        true
    }
}

/// An entry for which room has been made; see [`TokenStore::prepare`].
pub trait PreparedStore: fmt::Debug + Send {
    /// Stores the contents.
    ///
    /// # Errors
    /// The store cannot be written.
    fn commit<'a>(
        self: Box<Self>,
        world: &'a World,
        contents: &'a [u8],
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Error of a [`TokenStore`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{action} {location}")]
#[non_exhaustive]
pub struct StoreError {
    /// The kind of the error.
    pub kind: StoreErrorKind,
    /// Where the entry is; see [`TokenStore::location`].
    pub location: String,
    /// The folder of the entry, if the store is one of files.
    pub folder: Option<PathBuf>,
    action: &'static str,
    #[source]
    source: Arc<dyn std::error::Error + Send + Sync>,
}

/// The kinds of [`StoreError`]: which one a store returns decides what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No room is left; some can be made. The refresh token is not spent; the access token is used
    /// until it expires.
    Full,
    /// The store cannot be written by this process, and will not be soon. Once the access token has
    /// expired, it is refreshed all the same, and the tokens are in memory only. A store whose
    /// folder is known sets [`StoreError::folder`], which the user is then told to make writable.
    ReadOnly,
    /// Any other error. As [`StoreErrorKind::Full`].
    Failed,
}

impl StoreError {
    /// Creates an error of this kind. `action` is what failed, such as `could not read`.
    pub fn new(
        kind: StoreErrorKind,
        action: &'static str,
        location: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let (location, source) = (location.into(), Arc::from(source.into()));
        Self { kind, location, folder: None, action, source }
    }

    fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    fn io(action: &'static str, location: String, source: io::Error) -> Self {
        use io::ErrorKind::{
            FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        let kind = match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => StoreErrorKind::Full,
            PermissionDenied | ReadOnlyFilesystem => StoreErrorKind::ReadOnly,
            _ => StoreErrorKind::Failed,
        };
        Self::new(kind, action, location, source)
    }
}
