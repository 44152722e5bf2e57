use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

/// The name of the service to which the entries belong.
#[cfg(feature = "system")]
pub(crate) const SERVICE: &str = "vestibule";
/// The time limit of a call: a locked keychain waits for its user.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

/// A keychain: secrets by name. Its methods block for a short time.
pub trait Keychain: fmt::Debug + Send + Sync + 'static {
    /// Returns the name of the keychain in messages, such as `the Secret Service`.
    fn name(&self) -> &str;

    /// Returns the secret of this name; `None` if it does not exist.
    ///
    /// # Errors
    /// The keychain is absent, locked or too slow.
    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError>;

    /// Stores a secret.
    ///
    /// # Errors
    /// As [`Keychain::get`].
    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainError>;

    /// Removes a secret. Returns whether there was one.
    ///
    /// # Errors
    /// As [`Keychain::get`].
    fn remove(&self, entry: &str) -> Result<bool, KeychainError>;
}

/// Error returned by a [`Keychain`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeychainError {
    /// There is no keychain, or it is locked.
    #[error("{keychain} is not available")]
    Unavailable {
        /// The name of the keychain.
        keychain: String,
        /// The error of the system.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The program that talks to the keychain does not exist.
    #[error("{program} is not installed")]
    NotInstalled {
        /// The name or the path of the program.
        program: String,
    },
    /// The keychain did not respond in time: it may be waiting for its user to unlock it.
    #[error("{keychain} did not respond within {seconds} seconds; it may be locked")]
    TimedOut {
        /// The name of the keychain.
        keychain: String,
        /// The time limit.
        seconds: u64,
    },
}

type Secrets = HashMap<String, Zeroizing<Vec<u8>>>;

/// A keychain in memory, for tests.
#[derive(Default)]
pub struct MemoryKeychain {
    secrets: Mutex<Secrets>,
    is_locked: Mutex<bool>,
}

impl MemoryKeychain {
    /// Locks or unlocks the keychain: while it is locked, every call fails.
    pub fn set_locked(&self, is_locked: bool) {
        *self.is_locked.lock().unwrap_or_else(PoisonError::into_inner) = is_locked;
    }

    fn unlocked(&self) -> Result<MutexGuard<'_, Secrets>, KeychainError> {
        if *self.is_locked.lock().unwrap_or_else(PoisonError::into_inner) {
            let keychain = self.name().to_owned();
            return Err(KeychainError::Unavailable { keychain, source: "it is locked".into() });
        }
        Ok(self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for MemoryKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeychain(..)")
    }
}

impl Keychain for MemoryKeychain {
    fn name(&self) -> &'static str {
        "the keychain in memory"
    }

    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        Ok(self.unlocked()?.get(entry).cloned())
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.unlocked()?.insert(entry.to_owned(), Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn remove(&self, entry: &str) -> Result<bool, KeychainError> {
        Ok(self.unlocked()?.remove(entry).is_some())
    }
}
