//! One token in a store that is shared by tasks and processes, and its record.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule_cache::{Kind, Registration};
use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Guard, World, WriteMode};

use crate::kind::SessionKind;
use crate::record::SessionRecord;
use crate::state::{Stored, TokenProperties, session_state};
use crate::store::{Contents, PreparedStore, StoreError, TokenStore};
use crate::{Fingerprint, Mismatch, SessionState, SignInNeeded};

/// A token store, and the memory of this process about its tokens.
#[derive(Debug)]
pub(crate) struct SharedStore {
    pub(crate) tokens: Arc<dyn TokenStore>,
    #[cfg(feature = "refresh-helper")]
    pub(crate) helper: Option<Arc<dyn crate::RefreshHelper>>,
    /// By entry. A list, since there are few sessions.
    memories: Mutex<Vec<(Arc<str>, SharedMemory)>>,
}

type SharedMemory = Arc<Mutex<Memory>>;

/// The memory of this process about one token.
#[derive(Debug, Default)]
struct Memory {
    unstored: Option<Unstored>,
    /// A record that could not be stored.
    record: Option<SessionRecord>,
    attempt: Option<Attempt>,
    /// The scopes of a client, as its registration has them.
    client: Option<(String, Option<Vec<String>>)>,
}

/// A refreshed token that could not be stored.
#[derive(Debug)]
struct Unstored {
    /// The stored access token that it replaces. Any other one is newer.
    replaces: Fingerprint,
    contents: Contents,
}

/// The last attempt of this process to refresh.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The access token after the attempt.
    pub(crate) access_token: Fingerprint,
    pub(crate) at: Timestamp,
    /// The error, unless the service refused.
    pub(crate) error: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl SharedStore {
    pub(crate) fn new(tokens: Arc<dyn TokenStore>) -> Self {
        Self {
            tokens,
            #[cfg(feature = "refresh-helper")]
            helper: None,
            memories: Mutex::default(),
        }
    }

    /// Returns the memory about a token, which is the same for all handles of its entry.
    fn memory(&self, entry: &Arc<str>) -> SharedMemory {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, memory)) = memories.iter().find(|(known, _)| known == entry) {
            return memory.clone();
        }
        let memory = SharedMemory::default();
        memories.push((entry.clone(), memory.clone()));
        memory
    }
}

/// One token in a shared store. Cheap to clone.
#[derive(Debug)]
pub(crate) struct TokenHandle<K> {
    pub(crate) store: Arc<SharedStore>,
    pub(crate) kind: Arc<K>,
    pub(crate) entry: Arc<str>,
    memory: SharedMemory,
}

/// The place for a refreshed token.
pub(crate) enum Destination {
    /// Room that was made before the refresh token was spent.
    Prepared(Box<dyn PreparedStore>),
    /// A store that needs no preparation.
    Store,
    /// The memory of this process: the store cannot be written.
    Memory,
}

impl<K> Clone for TokenHandle<K> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            kind: self.kind.clone(),
            entry: self.entry.clone(),
            memory: self.memory.clone(),
        }
    }
}

/// The token and the record as they were read at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot<T> {
    pub(crate) stored: Stored<T>,
    pub(crate) record: SessionRecord,
    /// The scopes of the token, if they are known.
    pub(crate) scopes: Option<Vec<String>>,
}

impl<T> Snapshot<T> {
    pub(crate) fn properties<K: SessionKind<Token = T>>(
        &self,
        now: Timestamp,
    ) -> Option<TokenProperties> {
        self.stored.as_token().map(|token| K::properties(token, now))
    }

    pub(crate) fn state<K: SessionKind<Token = T>>(&self, now: Timestamp) -> SessionState
    where
        T: Clone,
    {
        session_state(
            &self.stored.clone().map(|token| K::properties(&token, now)),
            &self.record,
            now,
        )
    }
}

impl<K: SessionKind> TokenHandle<K> {
    pub(crate) fn new(store: Arc<SharedStore>, kind: K) -> Self {
        let entry = kind.entry().into();
        let memory = store.memory(&entry);
        Self { store, kind: Arc::new(kind), entry, memory }
    }

    /// Returns where the token is stored, or would be.
    pub(crate) fn location(&self) -> String {
        self.store.tokens.location(&self.entry)
    }

    /// Reads token and record, once no other tool is writing the token.
    pub(crate) async fn snapshot(&self, world: &World) -> Result<Snapshot<K::Token>, StoreError> {
        // Before the token: a refusal must not be found beside a token that was replaced since.
        let record = self.record(world).await;
        let read = || -> BoxFuture<'_, _> { Box::pin(self.stored(world)) };
        let is_incomplete = |stored: &Result<Stored<K::Token>, StoreError>| matches!(stored, Ok(Stored::Corrupt(problem)) if problem.is_truncated());
        let stored = world.read_until_stable(read, is_incomplete).await?;
        let scopes = match &stored {
            Stored::Token(token) => self.scopes(world, token, &record).await,
            _ => None,
        };
        let stored = match (stored, &scopes) {
            // First of all: a token of another tool is not to be overwritten or removed.
            (Stored::Token(_), Some(scopes))
                if !scopes.is_empty() && !scopes.iter().any(|scope| is_ours(scope)) =>
            {
                Stored::NotOurs(Mismatch::Scopes { scopes: scopes.clone() })
            }
            (Stored::Token(token), _) => match self.kind.check(&token) {
                Ok(()) => Stored::Token(token),
                Err(mismatch) => Stored::NotOurs(mismatch),
            },
            (stored, _) => stored,
        };
        Ok(Snapshot { stored, record, scopes })
    }

    /// Returns the stored token, or the newer one that could not be stored.
    async fn stored(&self, world: &World) -> Result<Stored<K::Token>, StoreError> {
        let loaded = self.store.tokens.load(world, &self.entry).await;
        let now = world.clock.now();
        let stored = match loaded {
            Ok(Some(contents)) => match K::read(&contents) {
                Ok(token) => Stored::Token(token),
                Err(problem) => Stored::Corrupt(problem),
            },
            Ok(None) => Stored::Missing,
            Err(error) => {
                return match self.unstored(|_| true) {
                    Some(token) => Ok(Stored::Token(token)),
                    None => Err(error),
                };
            }
        };
        let access_token = stored.as_token().map(|token| K::properties(token, now).access_token);
        let unstored = self.unstored(|replaces| Some(replaces) == access_token.as_ref());
        Ok(unstored.map_or(stored, Stored::Token))
    }

    fn unstored(&self, takes_its_place: impl Fn(&Fingerprint) -> bool) -> Option<K::Token> {
        let memory = self.memory();
        let unstored = memory.unstored.as_ref()?;
        takes_its_place(&unstored.replaces).then(|| K::read(&unstored.contents).ok())?
    }

    /// Returns the scopes of a token, from the record or from the registration of its client.
    async fn scopes(
        &self,
        world: &World,
        token: &K::Token,
        record: &SessionRecord,
    ) -> Option<Vec<String>> {
        let access_token = K::properties(token, world.clock.now()).access_token;
        if let Some(began) = record.began(&access_token) {
            return Some(began.scopes.clone());
        }
        let client_id = K::client_id(token)?;
        let known = self.memory().client.clone();
        if let Some((_, scopes)) = known.filter(|(known, _)| known == client_id) {
            return scopes;
        }
        let scopes = self.registered_scopes(world, client_id).await;
        self.memory().client = Some((client_id.to_owned(), scopes.clone()));
        scopes
    }

    async fn registered_scopes(&self, world: &World, client_id: &str) -> Option<Vec<String>> {
        let entries = self.store.tokens.list(world).await.ok()?;
        let is_json = |entry: &&String| Path::new(entry).extension().is_some_and(|it| it == "json");
        for entry in entries.iter().filter(is_json) {
            if let Ok(Some(contents)) = self.store.tokens.load(world, entry).await
                // A token file has all keys of a registration, and more.
                && Kind::detect(&contents) == Some(Kind::Registration)
                && let Ok(registration) = Registration::read(&contents)
                && registration.client_id == client_id
            {
                return Some(registration.scopes);
            }
        }
        None
    }

    /// Returns the record of the session.
    pub(crate) async fn record(&self, world: &World) -> SessionRecord {
        let unstored = self.memory().record.clone();
        if let Some(record) = unstored {
            return record;
        }
        match self.store.tokens.load(world, &self.record_entry()).await {
            Ok(Some(contents)) => SessionRecord::read(&contents),
            _ => SessionRecord::default(),
        }
    }

    /// Stores the record, or keeps it in memory if the store cannot be written.
    pub(crate) async fn store_record(&self, world: &World, record: SessionRecord) {
        let (entry, contents) = (self.record_entry(), record.write());
        let stored = self.store.tokens.store(world, &entry, &contents, WriteMode::BestEffort).await;
        if let Err(error) = &stored {
            tracing::debug!(%error, "the record of the session could not be stored");
        }
        self.memory().record = stored.err().map(|_| record);
    }

    /// Stores the token of a new session.
    #[cfg(feature = "sign-in")]
    pub(crate) async fn store_new(
        &self,
        world: &World,
        token: &K::Token,
        record: SessionRecord,
    ) -> Result<(), StoreError> {
        let contents = K::write(token);
        self.store.tokens.store(world, &self.entry, &contents, WriteMode::Durable).await?;
        *self.memory() = Memory::default();
        self.store_record(world, record).await;
        Ok(())
    }

    /// Makes room for a refreshed token.
    pub(crate) async fn prepare(
        &self,
        world: &World,
        token: &K::Token,
    ) -> Result<Destination, StoreError> {
        // A refreshed token may be somewhat longer.
        let len = K::write(token).len() + 2048;
        let prepared = self.store.tokens.prepare(world, &self.entry, len).await?;
        Ok(prepared.map_or(Destination::Store, Destination::Prepared))
    }

    /// Stores a refreshed token in the room that was made for it, or keeps it in memory.
    pub(crate) async fn store_refreshed(
        &self,
        world: &World,
        destination: Destination,
        token: &K::Token,
        replaces: Fingerprint,
    ) {
        let contents = K::write(token);
        let stored = match destination {
            Destination::Memory => return self.keep_in_memory(replaces, contents),
            Destination::Prepared(prepared) => prepared.commit(world, &contents).await,
            Destination::Store => {
                self.store.tokens.store(world, &self.entry, &contents, WriteMode::Durable).await
            }
        };
        match stored {
            Ok(()) => self.memory().unstored = None,
            Err(error) => {
                tracing::warn!(%error, "the refreshed token is used, but it could not be stored");
                self.keep_in_memory(replaces, contents);
            }
        }
    }

    fn keep_in_memory(&self, replaces: Fingerprint, contents: Contents) {
        let mut memory = self.memory();
        // The token that was refreshed may be one that the store did not take either.
        let earlier = memory.unstored.take().filter(|earlier| {
            K::read(&earlier.contents)
                .is_ok_and(|token| K::properties(&token, Timestamp::EPOCH).access_token == replaces)
        });
        let replaces = earlier.map_or(replaces, |earlier| earlier.replaces);
        memory.unstored = Some(Unstored { replaces, contents });
    }

    /// Removes the token and the record. Returns whether there was a token.
    #[cfg(feature = "sign-in")]
    pub(crate) async fn remove(&self, world: &World) -> Result<bool, StoreError> {
        let was_unstored = std::mem::take(&mut *self.memory()).unstored.is_some();
        let removed = self.store.tokens.remove(world, &self.entry).await?;
        let _ = self.store.tokens.remove(world, &self.record_entry()).await;
        Ok(removed || was_unstored)
    }

    /// Takes a lock, waiting at most this long. Returns `None` if it is still held then, or if the
    /// store has no locks.
    pub(crate) async fn lock(
        &self,
        world: &World,
        kind: &str,
        at_most: Duration,
    ) -> Option<Box<dyn Guard>> {
        match self.store.tokens.lock(world, &self.beside(kind), at_most).await {
            Ok(lock) => lock,
            Err(error) => {
                tracing::debug!(%error, "going on without a lock");
                None
            }
        }
    }

    pub(crate) fn attempt(&self, access_token: &Fingerprint) -> Option<Attempt> {
        let attempt = self.memory().attempt.clone();
        attempt.filter(|attempt| attempt.access_token == *access_token)
    }

    pub(crate) fn record_attempt(&self, attempt: Attempt) {
        self.memory().attempt = Some(attempt);
    }

    pub(crate) fn sign_in_needed(&self, state: SessionState) -> SignInNeeded {
        let session = self.kind.label().to_owned();
        SignInNeeded { what: K::NOUN, session, location: self.location(), state }
    }

    fn record_entry(&self) -> String {
        self.beside("session")
    }

    /// Returns the name of an entry beside the token's. Never `.json`, since other tools open every
    /// file with that extension.
    pub(crate) fn beside(&self, extension: &str) -> String {
        let stem = self.entry.strip_suffix(".json").unwrap_or(&self.entry);
        format!("{stem}.{extension}")
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `true` for a scope that gives access to accounts.
fn is_ours(scope: &str) -> bool {
    scope.starts_with("sso:") || scope.starts_with("sso-portal:")
}
