use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vestibule_sso::{PreparedStore, StoreError, StoreErrorKind, TokenStore};
use vestibule_world::{BoxFuture, Guard, World, WriteMode};
use zeroize::Zeroizing;

use crate::members::Members;
use crate::prepared::PreparedToken;
use crate::{Keychain, KeychainError};

/// The parts of a token that a [`KeychainTokenStore`] puts into the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "part of a token, or all of it")]
pub enum Mode {
    /// Refresh token and client secret in the keychain, the rest in files that all tools read.
    Bridge,
    /// Everything in the keychain.
    Sealed,
}

/// A token store with a keychain. Clones share it.
///
/// Locks are those of the files, which all processes respect.
#[derive(Clone)]
pub struct KeychainTokenStore {
    pub(crate) files: Arc<dyn TokenStore>,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) mode: Mode,
}

impl KeychainTokenStore {
    /// Creates a store of these files, such as a [`FileTokenStore`](vestibule_sso::FileTokenStore), and
    /// this keychain.
    pub fn new(files: Arc<dyn TokenStore>, keychain: Arc<dyn Keychain>, mode: Mode) -> Self {
        Self { files, keychain, mode }
    }

    /// Moves an entry of the files into this store. Returns whether there was one to move.
    ///
    /// # Errors
    /// The keychain is not available, or a file cannot be written; nothing is lost then.
    pub async fn take_over(&self, world: &World, entry: &str) -> Result<bool, StoreError> {
        let Some(contents) = self.files.load(world, entry).await? else { return Ok(false) };
        let is_split = Members::parse(&contents).and_then(|members| members.split()).is_none();
        if self.mode == Mode::Bridge && is_split {
            return Ok(false);
        }
        self.store(world, entry, &contents, WriteMode::Durable).await?;
        Ok(true)
    }

    /// Moves an entry of this store back into the files. Returns whether the keychain had one.
    ///
    /// # Errors
    /// The keychain is not available, or a file cannot be written; nothing is lost then.
    pub async fn give_back(&self, world: &World, entry: &str) -> Result<bool, StoreError> {
        let secret =
            self.keychain.get(entry).map_err(|error| self.error("could not read", error))?;
        let Some(secret) = secret else { return Ok(false) };
        let contents = match self.mode {
            Mode::Sealed => Some(secret),
            Mode::Bridge => self.load(world, entry).await?,
        };
        if let Some(contents) = contents {
            self.files.store(world, entry, &contents, WriteMode::Durable).await?;
        }
        self.keychain.remove(entry).map_err(|error| self.error("could not write", error))
    }

    pub(crate) fn error(&self, action: &'static str, error: KeychainError) -> StoreError {
        StoreError::new(StoreErrorKind::Failed, action, self.keychain.name(), error)
    }

    /// Stores the keychain's part. Returns what the file has.
    pub(crate) fn set_secret(
        &self,
        entry: &str,
        contents: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let split = Members::parse(contents).and_then(|members| members.split());
        // A registration, or a token without a refresh token, is a file as it is.
        let Some((file, secret)) = split else { return Ok(Zeroizing::new(contents.to_vec())) };
        let set = self.keychain.set(entry, &secret);
        set.map_err(|error| self.error("could not write", error))?;
        Ok(file)
    }

    fn join(&self, entry: &str, file: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        let Some(members) = Members::parse(&file) else { return file };
        if members.split().is_some() {
            // Another tool has signed in or refreshed since.
            return file;
        }
        match self.keychain.get(entry) {
            Ok(Some(secret)) => {
                let joined = Members::parse(&secret).and_then(|secret| members.join(&secret));
                joined.unwrap_or(file)
            }
            Ok(None) => file,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "the token cannot be refreshed");
                file
            }
        }
    }
}

impl fmt::Debug for KeychainTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeychainTokenStore")
            .field("files", &self.files)
            .field("keychain", &self.keychain)
            .field("mode", &self.mode)
            .finish()
    }
}

impl TokenStore for KeychainTokenStore {
    fn location(&self, entry: &str) -> String {
        match self.mode {
            Mode::Bridge => self.files.location(entry),
            Mode::Sealed => format!("{} ({entry})", self.keychain.name()),
        }
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, StoreError>> {
        Box::pin(async move {
            match self.mode {
                Mode::Sealed => {
                    let found = self.keychain.get(entry);
                    found.map_err(|error| self.error("could not read", error))
                }
                Mode::Bridge => {
                    let file = self.files.load(world, entry).await?;
                    Ok(file.map(|file| self.join(entry, file)))
                }
            }
        })
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match self.mode {
                Mode::Sealed => {
                    let set = self.keychain.set(entry, contents);
                    set.map_err(|error| self.error("could not write", error))?;
                    // A file from before would be a second, outdated session.
                    self.files.remove(world, entry).await.map(drop)
                }
                Mode::Bridge => {
                    let file = self.set_secret(entry, contents)?;
                    self.files.store(world, entry, &file, mode).await
                }
            }
        })
    }

    fn prepare<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        len: usize,
    ) -> BoxFuture<'a, Result<Option<Box<dyn PreparedStore>>, StoreError>> {
        Box::pin(async move {
            // Written, since a keychain that can be read may refuse to be written.
            let probe = format!("{entry}.probe");
            let probed = self.keychain.set(&probe, b"probe");
            probed
                .and_then(|()| self.keychain.remove(&probe))
                .map_err(|error| self.error("could not write", error))?;
            if self.mode == Mode::Sealed {
                return Ok(None);
            }
            let file = self.files.prepare(world, entry, len).await?;
            Ok(file.map(|file| -> Box<dyn PreparedStore> {
                Box::new(PreparedToken { store: self.clone(), entry: entry.to_owned(), file })
            }))
        })
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            // The file first: without it the secret is bound to nothing.
            let had_file = self.files.remove(world, entry).await?;
            let removed = self.keychain.remove(entry);
            let had_secret = removed.map_err(|error| self.error("could not write", error))?;
            Ok(had_file || had_secret)
        })
    }

    fn list<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        self.files.list(world)
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
        true
    }
}
