use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vestibule_sso::{PreparedStore, StoreError, StoreErrorKind, TokenStore};
use vestibule_world::{BoxFuture, Guard, World, WriteMode};
use zeroize::Zeroizing;

use crate::members::{Members, Text};
use crate::placement::Placement;
use crate::{Keychain, KeychainError, Mode, Policy};

/// The time limit for the lock of a token that is to be moved, since the user waits for it. A refresh
/// waits longer.
const LOCK_WAIT: Duration = Duration::from_secs(30);
const READ: &str = "could not read";
const WRITE: &str = "could not write";

/// A token store with a keychain. Clones share it.
///
/// Locks, and records without secrets, are those of the files, which all processes respect. A small
/// file beside that of the token (`….keychain`) records its [`Mode`]; without it the keychain is not
/// read.
///
/// The keychain has the whole token, and is written before the file: if a program ends between the
/// two, the token is that of the keychain.
#[derive(Clone)]
pub struct KeychainTokenStore {
    files: Arc<dyn TokenStore>,
    keychain: Arc<dyn Keychain>,
    policy: Arc<dyn Policy>,
    /// The modes of the entries, as this process last saw them.
    modes: Arc<Mutex<HashMap<String, Mode>>>,
}

impl KeychainTokenStore {
    /// Creates a store of these files, such as a [`FileTokenStore`](vestibule_sso::FileTokenStore), and
    /// this keychain.
    pub fn new(
        files: Arc<dyn TokenStore>,
        keychain: Arc<dyn Keychain>,
        policy: impl Policy,
    ) -> Self {
        Self { files, keychain, policy: Arc::new(policy), modes: Arc::default() }
    }

    /// Returns the mode in which an entry is stored; `None` if it does not exist.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn current_mode(
        &self,
        world: &World,
        entry: &str,
    ) -> Result<Option<Mode>, StoreError> {
        let file = self.files.load(world, entry).await?;
        if file.as_ref().is_some_and(|file| is_complete(file)) {
            return Ok(Some(Mode::Files));
        }
        let recorded = self.recorded_mode(world, entry).await?;
        Ok(recorded.or_else(|| file.map(|_| Mode::Files)))
    }

    /// Moves an entry to another place. Returns whether there was something to move.
    ///
    /// The entry is written and read back before it is removed from the old place. A refresh of
    /// another process is waited for.
    ///
    /// # Errors
    /// The keychain is not available, a file cannot be written, or another process uses the entry; the
    /// old place is then as it was.
    pub async fn migrate(&self, world: &World, entry: &str, to: Mode) -> Result<bool, StoreError> {
        let lock = format!("{}.lock", stem(entry));
        let lock = self.files.lock(world, &lock, LOCK_WAIT).await?;
        if lock.is_none() {
            let (kind, location) = (StoreErrorKind::Failed, self.location(entry));
            return Err(StoreError::new(kind, "could not lock", location, "it is in use"));
        }
        let from = self.current_mode(world, entry).await?;
        let Some(contents) = self.load_whole(world, entry).await? else { return Ok(false) };
        let placement = Placement::new(&contents, to);
        let is_there = match placement {
            Placement::File => self.recorded_mode(world, entry).await?.is_none(),
            Placement::Both => from == Some(Mode::Bridge),
            Placement::Keychain => from == Some(Mode::Sealed),
        };
        if is_there {
            return Ok(false);
        }
        if placement != Placement::File {
            self.probe(entry)?;
        }
        let recorded = self.recorded_mode(world, entry).await?;
        let moved = self.move_contents(world, entry, &contents, to).await;
        if moved.is_err() {
            self.restore_record(world, entry, &contents, recorded).await;
        }
        moved.map(|()| true)
    }

    /// Writes an entry to its new place, reads it back, and removes it from the old one.
    async fn move_contents(
        &self,
        world: &World,
        entry: &str,
        contents: &Text,
        to: Mode,
    ) -> Result<(), StoreError> {
        let is_stored = if Placement::new(contents, to) == Placement::File {
            self.files.store(world, entry, contents, WriteMode::Durable).await?;
            self.files.load(world, entry).await?.as_ref() == Some(contents)
        } else {
            let secret = self.set_secret(world, entry, contents, Mode::Sealed).await?;
            let stored = self.keychain.get(entry).map_err(|error| self.failed(READ, error))?;
            stored.as_ref() == Some(&secret)
        };
        if !is_stored {
            return Err(self.failed(WRITE, "what was written cannot be read back"));
        }
        self.write(world, entry, contents, to, WriteMode::Durable, None).await
    }

    /// Restores the record of an entry that was not moved, so that it is looked for where it is.
    async fn restore_record(
        &self,
        world: &World,
        entry: &str,
        contents: &Text,
        recorded: Option<Mode>,
    ) {
        let restored = match (recorded, self.files.load(world, entry).await) {
            (Some(mode), _) => self.store_record(world, entry, mode).await,
            (None, Ok(Some(file))) if file == *contents => {
                // A secret without a record would never be removed.
                let _ = self.keychain.remove(entry);
                self.files.remove(world, &record(entry)).await.map(drop)
            }
            // The file was changed before the error: the keychain has the rest.
            (None, _) => return,
        };
        if let Err(error) = restored {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "could not restore the record of a token that was not moved");
        }
        self.set_mode(entry, recorded.unwrap_or(Mode::Files));
    }

    /// Checks that the keychain can be written: one that can be read may refuse it.
    fn probe(&self, entry: &str) -> Result<(), StoreError> {
        let probe = format!("{}.probe", stem(entry));
        let probed = self.keychain.set(&probe, b"probe");
        let probed = probed.and_then(|()| self.keychain.remove(&probe));
        probed.map(drop).map_err(|error| self.failed(WRITE, error))
    }

    /// Returns an entry. A keychain that cannot be read is an error, unlike in `load`.
    async fn load_whole(&self, world: &World, entry: &str) -> Result<Option<Text>, StoreError> {
        let file = self.files.load(world, entry).await?;
        self.resolve(world, entry, file).await.map_err(|error| self.unresolved(error))
    }

    /// Returns the entry that a file and the keychain have together.
    async fn resolve(
        &self,
        world: &World,
        entry: &str,
        file: Option<Text>,
    ) -> Result<Option<Text>, Unresolved> {
        let recorded = self.recorded_mode(world, entry).await.map_err(Unresolved::Store)?;
        self.set_mode(entry, recorded.unwrap_or(Mode::Files));
        match (&file, recorded) {
            (_, None | Some(Mode::Files)) => return Ok(file),
            // Another tool has signed out.
            (None, Some(Mode::Bridge)) => return Ok(None),
            _ => {}
        }
        // Another tool has signed in or refreshed since, or the program ended before it wrote the file.
        let is_whole = file.as_ref().is_some_and(|file| is_complete(file));
        let secret = match self.keychain.get(entry) {
            Ok(secret) => secret,
            Err(error) if is_whole => {
                // No warning: the file has everything, and each shell prompt would repeat it.
                let error: &dyn std::error::Error = &error;
                tracing::debug!(error, "using the token of the file");
                return Ok(file);
            }
            Err(error) => return Err(Unresolved::Keychain { error, file }),
        };
        let members = secret.as_ref().and_then(|secret| Members::parse(secret));
        let whole = match (&file, &members) {
            (Some(file), Some(secret)) => Members::parse(file).and_then(|file| file.join(secret)),
            (None, Some(secret)) => Some(secret.without_digest()),
            (_, None) => None,
        };
        if whole.is_none() && is_whole {
            self.set_mode(entry, Mode::Files);
        }
        Ok(whole.or(file))
    }

    fn unresolved(&self, error: Unresolved) -> StoreError {
        match error {
            Unresolved::Store(error) => error,
            Unresolved::Keychain { error, .. } => self.failed(READ, error),
        }
    }

    /// Stores an entry in a mode: the record, the keychain, and then the file.
    async fn write(
        &self,
        world: &World,
        entry: &str,
        contents: &[u8],
        mode: Mode,
        write_mode: WriteMode,
        room: Option<Box<dyn PreparedStore>>,
    ) -> Result<(), StoreError> {
        let placement = Placement::new(contents, mode);
        let file = match placement {
            Placement::File => Some(Zeroizing::new(contents.to_vec())),
            Placement::Both => {
                self.set_secret(world, entry, contents, Mode::Bridge).await?;
                Members::parse(contents).map(|members| members.without_long_lived())
            }
            Placement::Keychain => {
                self.set_secret(world, entry, contents, Mode::Sealed).await?;
                None
            }
        };
        match (file, room) {
            (Some(file), Some(room)) => room.commit(world, &file).await?,
            (Some(file), None) => self.files.store(world, entry, &file, write_mode).await?,
            (None, _) => drop(self.files.remove(world, entry).await?),
        }
        if placement == Placement::File && self.recorded_mode(world, entry).await?.is_some() {
            // The file has everything. A keychain that is not available keeps an outdated secret, which
            // its digest makes void.
            if let Err(error) = self.keychain.remove(entry) {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "an outdated secret is still in the keychain");
            }
            self.files.remove(world, &record(entry)).await?;
        }
        self.set_mode(entry, if placement == Placement::File { Mode::Files } else { mode });
        Ok(())
    }

    /// Stores the secret of an entry, and the record that there is one. Returns the secret.
    async fn set_secret(
        &self,
        world: &World,
        entry: &str,
        contents: &[u8],
        mode: Mode,
    ) -> Result<Text, StoreError> {
        let file = self.files.load(world, entry).await?;
        let file = file.as_ref().and_then(|file| Members::parse(file));
        let replaces = file.and_then(|file| file.access_token_digest());
        let Some(members) = Members::parse(contents) else {
            return Err(self.failed(WRITE, "the token is not a JSON object"));
        };
        let secret = members.to_secret(replaces.as_deref());
        // The record first, since a secret without a record would not be found.
        if self.recorded_mode(world, entry).await? != Some(mode) {
            self.store_record(world, entry, mode).await?;
        }
        self.keychain.set(entry, &secret).map_err(|error| self.failed(WRITE, error))?;
        Ok(secret)
    }

    async fn store_record(&self, world: &World, entry: &str, mode: Mode) -> Result<(), StoreError> {
        let text = format!("{mode}\n");
        self.files.store(world, &record(entry), text.as_bytes(), WriteMode::Durable).await
    }

    async fn recorded_mode(&self, world: &World, entry: &str) -> Result<Option<Mode>, StoreError> {
        let record = self.files.load(world, &record(entry)).await?;
        let text = record.as_ref().and_then(|text| std::str::from_utf8(text).ok());
        Ok(text.and_then(|text| text.trim().parse().ok()))
    }

    /// Returns the mode in which an entry is to be stored.
    async fn mode(&self, world: &World, entry: &str) -> Result<Mode, StoreError> {
        let configured = self.policy.mode(world, entry).map_err(|error| {
            StoreError::new(StoreErrorKind::Failed, WRITE, self.location(entry), error)
        })?;
        match configured {
            Some(mode) => Ok(mode),
            None => Ok(self.recorded_mode(world, entry).await?.unwrap_or(Mode::Files)),
        }
    }

    fn set_mode(&self, entry: &str, mode: Mode) {
        let mut modes = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        modes.insert(entry.to_owned(), mode);
    }

    fn known_mode(&self, entry: &str) -> Mode {
        let modes = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
        modes.get(entry).copied().unwrap_or(Mode::Files)
    }

    fn failed(
        &self,
        action: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        StoreError::new(StoreErrorKind::Failed, action, self.keychain.name(), source)
    }
}

/// Error returned when the parts of an entry cannot be read.
enum Unresolved {
    Store(StoreError),
    /// The keychain cannot be read; the file has the rest.
    Keychain {
        error: KeychainError,
        file: Option<Text>,
    },
}

/// Returns whether a file needs nothing of the keychain, or is not an object yet.
fn is_complete(file: &[u8]) -> bool {
    Members::parse(file).is_none_or(|members| members.has_long_lived())
}

/// Returns whether an entry may have secrets. The others are locks and records.
fn has_secrets(entry: &str) -> bool {
    Path::new(entry).extension().is_some_and(|extension| extension == "json")
}

fn stem(entry: &str) -> &str {
    entry.strip_suffix(".json").unwrap_or(entry)
}

/// Returns the name of the record of an entry's mode.
fn record(entry: &str) -> String {
    format!("{}.keychain", stem(entry))
}

impl fmt::Debug for KeychainTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeychainTokenStore")
            .field("files", &self.files)
            .field("keychain", &self.keychain)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl TokenStore for KeychainTokenStore {
    fn location(&self, entry: &str) -> String {
        let file = self.files.location(entry);
        match self.known_mode(entry) {
            Mode::Files => file,
            Mode::Bridge => format!("{file} and {}", self.keychain.name()),
            Mode::Sealed => format!("{} ({entry})", self.keychain.name()),
        }
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Text>, StoreError>> {
        Box::pin(async move {
            let file = self.files.load(world, entry).await?;
            if !has_secrets(entry) {
                return Ok(file);
            }
            match self.resolve(world, entry, file).await {
                Err(Unresolved::Keychain { error, file: Some(file) }) => {
                    self.policy.report_unavailable(&error);
                    Ok(Some(file))
                }
                resolved => resolved.map_err(|error| self.unresolved(error)),
            }
        })
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        write_mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            if !has_secrets(entry) {
                return self.files.store(world, entry, contents, write_mode).await;
            }
            let mode = self.mode(world, entry).await?;
            self.write(world, entry, contents, mode, write_mode, None).await
        })
    }

    fn prepare<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        len: usize,
    ) -> BoxFuture<'a, Result<Option<Box<dyn PreparedStore>>, StoreError>> {
        Box::pin(async move {
            let mode = self.mode(world, entry).await?;
            if mode != Mode::Files {
                self.probe(entry)?;
            }
            let room = match mode {
                Mode::Sealed => None,
                Mode::Files | Mode::Bridge => self.files.prepare(world, entry, len).await?,
            };
            let (store, entry) = (self.clone(), entry.to_owned());
            Ok(Some(Box::new(PreparedToken { store, entry, mode, room }) as _))
        })
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            // The file first: without it a bridged session is signed out.
            let had_file = self.files.remove(world, entry).await?;
            if !has_secrets(entry) || self.recorded_mode(world, entry).await?.is_none() {
                return Ok(had_file);
            }
            let removed = self.keychain.remove(entry);
            let had_secret =
                removed.map_err(|error| self.failed("could not remove from", error))?;
            self.files.remove(world, &record(entry)).await?;
            self.set_mode(entry, Mode::Files);
            Ok(had_file || had_secret)
        })
    }

    fn list<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let mut entries = self.files.list(world).await?;
            let records = entries.iter().filter_map(|entry| entry.strip_suffix(".keychain"));
            let mut sealed: Vec<_> = records.map(|stem| format!("{stem}.json")).collect();
            sealed.retain(|entry| !entries.contains(entry));
            entries.append(&mut sealed);
            Ok(entries)
        })
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        self.files.lock(world, name, at_most)
    }

    fn is_shared(&self) -> bool {
        self.files.is_shared()
    }

    fn allows_files(&self, entry: &str) -> bool {
        self.known_mode(entry) != Mode::Sealed
    }
}

/// A refreshed token for which room has been made in a file, and in a keychain that was just written.
#[derive(Debug)]
struct PreparedToken {
    store: KeychainTokenStore,
    entry: String,
    mode: Mode,
    room: Option<Box<dyn PreparedStore>>,
}

impl PreparedStore for PreparedToken {
    fn commit<'a>(
        self: Box<Self>,
        world: &'a World,
        contents: &'a [u8],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let Self { store, entry, mode, room } = *self;
            store.write(world, &entry, contents, mode, WriteMode::Durable, room).await
        })
    }
}
