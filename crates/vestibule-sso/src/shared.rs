//! One token in a store that is shared by tasks and processes, and its record.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule_cache::{Kind, Registration};
use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Guard, World, WriteMode};

use crate::kind::SessionKind;
use crate::record::SessionRecord;
use crate::state::{Stored, TokenFacts, session_state};
use crate::store::{Contents, PreparedStore, StoreError, TokenStore};
use crate::{Fingerprint, Mismatch, RefreshHelper, SessionState, SignInNeeded};

/// A store, and what this process remembers of its tokens.
#[derive(Debug)]
pub(crate) struct SharedStore {
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) helper: Option<Arc<dyn RefreshHelper>>,
    memory: Mutex<HashMap<String, Memory>>,
}

/// What this process remembers of one token.
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
    /// The access token in the store that it takes the place of. Any other is newer.
    replaces: Fingerprint,
    contents: Contents,
}

/// The last attempt of this process to refresh.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The access token that there was afterwards.
    pub(crate) access_token: Fingerprint,
    pub(crate) at: Timestamp,
    /// Why it failed, unless the service decided.
    pub(crate) error: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl SharedStore {
    pub(crate) fn new(tokens: Arc<dyn TokenStore>) -> Self {
        Self { tokens, helper: None, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<String, Memory>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One token: cheap to clone, and independent of who asks for it.
#[derive(Debug)]
pub(crate) struct TokenHandle<K> {
    pub(crate) store: Arc<SharedStore>,
    pub(crate) kind: Arc<K>,
    pub(crate) entry: Arc<str>,
}

/// Where a refreshed token goes.
pub(crate) enum Destination {
    /// Room that was made before the refresh token was spent.
    Prepared(Box<dyn PreparedStore>),
    /// A store that needs no preparation.
    Store,
    /// This process only: the store takes nothing.
    Memory,
}

impl<K> Clone for TokenHandle<K> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), kind: self.kind.clone(), entry: self.entry.clone() }
    }
}

/// What was stored at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot<T> {
    pub(crate) stored: Stored<T>,
    pub(crate) record: SessionRecord,
    /// The scopes of the token, where they are known.
    pub(crate) scopes: Option<Vec<String>>,
}

impl<T> Snapshot<T> {
    pub(crate) fn facts<K: SessionKind<Token = T>>(&self, now: Timestamp) -> Option<TokenFacts> {
        self.stored.as_token().map(|token| K::facts(token, now))
    }

    pub(crate) fn state<K: SessionKind<Token = T>>(&self, now: Timestamp) -> SessionState
    where
        T: Clone,
    {
        session_state(&self.stored.clone().map(|token| K::facts(&token, now)), &self.record, now)
    }
}

impl<K: SessionKind> TokenHandle<K> {
    pub(crate) fn new(store: Arc<SharedStore>, kind: K) -> Self {
        let entry = kind.entry().into();
        Self { store, kind: Arc::new(kind), entry }
    }

    /// Where the token is stored, or would be.
    pub(crate) fn location(&self) -> String {
        self.store.tokens.location(&self.entry)
    }

    /// What is stored, once no other tool is writing it.
    pub(crate) async fn snapshot(&self, world: &World) -> Result<Snapshot<K::Token>, StoreError> {
        let read = || -> BoxFuture<'_, _> { Box::pin(self.stored(world)) };
        let is_incomplete = |stored: &Result<Stored<K::Token>, StoreError>| matches!(stored, Ok(Stored::Corrupt(problem)) if problem.is_truncated());
        let stored = world.read_until_stable(read, is_incomplete).await?;
        let record = self.record(world).await;
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

    /// The token in the store, or the one that the store did not take.
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
        let access_token = stored.as_token().map(|token| K::facts(token, now).access_token);
        let unstored = self.unstored(|replaces| Some(replaces) == access_token.as_ref());
        Ok(unstored.map_or(stored, Stored::Token))
    }

    fn unstored(&self, takes_its_place: impl Fn(&Fingerprint) -> bool) -> Option<K::Token> {
        let memory = self.store.memory();
        let unstored = memory.get(&*self.entry)?.unstored.as_ref()?;
        takes_its_place(&unstored.replaces).then(|| K::read(&unstored.contents).ok())?
    }

    /// The scopes of a token: our own record knows them, or the registration of its client.
    async fn scopes(
        &self,
        world: &World,
        token: &K::Token,
        record: &SessionRecord,
    ) -> Option<Vec<String>> {
        let access_token = K::facts(token, world.clock.now()).access_token;
        if let Some(began) = record.began(&access_token) {
            return Some(began.scopes.clone());
        }
        let client_id = K::client_id(token)?;
        let known = self.remember(|memory| memory.client.clone());
        if let Some((_, scopes)) = known.filter(|(known, _)| known == client_id) {
            return scopes;
        }
        let scopes = self.registered_scopes(world, client_id).await;
        self.remember(|memory| memory.client = Some((client_id.to_owned(), scopes.clone())));
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

    /// What is recorded of the session.
    pub(crate) async fn record(&self, world: &World) -> SessionRecord {
        if let Some(record) = self.remember(|memory| memory.record.clone()) {
            return record;
        }
        match self.store.tokens.load(world, &self.record_entry()).await {
            Ok(Some(contents)) => SessionRecord::read(&contents),
            _ => SessionRecord::default(),
        }
    }

    /// Stores the record, or remembers it where the store does not take it.
    pub(crate) async fn store_record(&self, world: &World, record: SessionRecord) {
        let (entry, contents) = (self.record_entry(), record.write());
        let stored = self.store.tokens.store(world, &entry, &contents, WriteMode::BestEffort).await;
        if let Err(error) = &stored {
            tracing::debug!(%error, "the record of the session could not be stored");
        }
        self.remember(|memory| memory.record = stored.err().map(|_| record));
    }

    /// Stores a token that the user just got.
    #[cfg(feature = "sign-in")]
    pub(crate) async fn store_new(
        &self,
        world: &World,
        token: &K::Token,
        record: SessionRecord,
    ) -> Result<(), StoreError> {
        let contents = K::write(token);
        self.store.tokens.store(world, &self.entry, &contents, WriteMode::Durable).await?;
        self.remember(|memory| *memory = Memory::default());
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

    /// Stores a refreshed token in the room that was made for it, or else remembers it.
    pub(crate) async fn store_refreshed(
        &self,
        world: &World,
        destination: Destination,
        token: &K::Token,
        replaces: Fingerprint,
    ) {
        let contents = K::write(token);
        let stored = match destination {
            Destination::Memory => return self.keep(replaces, contents),
            Destination::Prepared(prepared) => prepared.commit(world, &contents).await,
            Destination::Store => {
                self.store.tokens.store(world, &self.entry, &contents, WriteMode::Durable).await
            }
        };
        match stored {
            Ok(()) => self.remember(|memory| memory.unstored = None),
            Err(error) => {
                tracing::warn!(%error, "the refreshed token is used, but it could not be stored");
                self.keep(replaces, contents);
            }
        }
    }

    fn keep(&self, replaces: Fingerprint, contents: Contents) {
        self.remember(|memory| {
            // The token that was refreshed may be one that the store did not take either.
            let earlier = memory.unstored.take().filter(|earlier| {
                K::read(&earlier.contents)
                    .is_ok_and(|token| K::facts(&token, Timestamp::EPOCH).access_token == replaces)
            });
            let replaces = earlier.map_or(replaces, |earlier| earlier.replaces);
            memory.unstored = Some(Unstored { replaces, contents });
        });
    }

    /// Removes the token and the record. Returns whether there was a token.
    #[cfg(feature = "sign-in")]
    pub(crate) async fn remove(&self, world: &World) -> Result<bool, StoreError> {
        let was_unstored = self.remember(std::mem::take).unstored.is_some();
        let removed = self.store.tokens.remove(world, &self.entry).await?;
        let _ = self.store.tokens.remove(world, &self.record_entry()).await;
        Ok(removed || was_unstored)
    }

    /// Takes a lock, waiting at most this long. `None` where there can be none or it is still held.
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
        let attempt = self.remember(|memory| memory.attempt.clone());
        attempt.filter(|attempt| attempt.access_token == *access_token)
    }

    pub(crate) fn remember_attempt(&self, attempt: Attempt) {
        self.remember(|memory| memory.attempt = Some(attempt));
    }

    pub(crate) fn sign_in_needed(&self, state: SessionState) -> SignInNeeded {
        let session = self.kind.label().to_owned();
        SignInNeeded { what: K::NOUN, session, location: self.location(), state }
    }

    fn record_entry(&self) -> String {
        self.beside("session")
    }

    /// A name beside the token's. Never `.json`: other tools open every file of that name.
    pub(crate) fn beside(&self, extension: &str) -> String {
        let stem = self.entry.strip_suffix(".json").unwrap_or(&self.entry);
        format!("{stem}.{extension}")
    }

    fn remember<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(self.store.memory().entry(self.entry.to_string()).or_default())
    }
}

/// True for a scope with which a token gives access to accounts.
fn is_ours(scope: &str) -> bool {
    scope.starts_with("sso:") || scope.starts_with("sso-portal:")
}
