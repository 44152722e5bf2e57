use std::sync::mpsc;
use std::time::Duration;

use keyring::v1::{Entry, Error as SystemError};
use zeroize::Zeroizing;

use crate::{Keychain, KeychainError};

/// The time limit of a call: a locked keychain waits for its user.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The Credential Manager stores 2560 bytes in an entry; the others have no such limit.
const MAX_SECRET: usize = if cfg!(windows) { 2400 } else { usize::MAX };
/// The limit for the parts of a secret.
const MAX_PARTS: u8 = 64;

/// The keychain of the system.
///
/// Secrets are entries of the service `vestibule`, with the name of the token's file as the user.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemKeychain;

impl SystemKeychain {
    /// Creates the keychain; it is opened when it is first used.
    pub fn new() -> Self {
        Self
    }

    /// Runs a call on a thread of its own, which is left behind if it takes too long.
    fn call<T: Send + 'static>(
        self,
        run: impl FnOnce() -> Result<T, SystemError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let keychain = || self.name().to_owned();
        let unavailable = |source: Box<dyn std::error::Error + Send + Sync>| {
            KeychainError::Unavailable { keychain: keychain(), source }
        };
        // A thread of its own, since the calls of the system cannot be cancelled.
        let started =
            std::thread::Builder::new().name("vestibule-keychain".into()).spawn(move || {
                // The receiver is gone if the call took too long.
                let _ = sender.send(run());
            });
        started.map_err(|error| unavailable(error.into()))?;
        let timed_out = |_| {
            let seconds = TIMEOUT.as_secs();
            KeychainError::TimedOut { keychain: keychain(), seconds }
        };
        let result = receiver.recv_timeout(TIMEOUT).map_err(timed_out)?;
        result.map_err(|error| unavailable(error.into()))
    }
}

impl Keychain for SystemKeychain {
    fn name(&self) -> &'static str {
        if cfg!(target_os = "macos") {
            "the macOS Keychain"
        } else if cfg!(windows) {
            "the Windows Credential Manager"
        } else {
            "the Secret Service"
        }
    }

    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let entry = entry.to_owned();
        self.call(move || {
            let mut secret = Zeroizing::new(Vec::new());
            for part in 0..MAX_PARTS {
                match self::entry(&entry, part)?.get_secret().map(Zeroizing::new) {
                    // The last part is not full.
                    Ok(bytes) if bytes.len() < MAX_SECRET => {
                        secret.extend_from_slice(&bytes);
                        return Ok(Some(secret));
                    }
                    Ok(bytes) => secret.extend_from_slice(&bytes),
                    Err(SystemError::NoEntry) => return Ok(None),
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        })
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let (entry, secret) = (entry.to_owned(), Zeroizing::new(secret.to_vec()));
        self.call(move || {
            for part in 0..MAX_PARTS {
                let from = MAX_SECRET.saturating_mul(part.into()).min(secret.len());
                let to = from.saturating_add(MAX_SECRET).min(secret.len());
                self::entry(&entry, part)?.set_secret(&secret[from..to])?;
                if to - from < MAX_SECRET {
                    return Ok(());
                }
            }
            Err(SystemError::TooLong("secret".to_owned(), u32::from(MAX_PARTS)))
        })
    }

    fn remove(&self, entry: &str) -> Result<bool, KeychainError> {
        let entry = entry.to_owned();
        self.call(move || {
            for part in 0..MAX_PARTS {
                match self::entry(&entry, part)?.delete_credential() {
                    Ok(()) => {}
                    Err(SystemError::NoEntry) => return Ok(0 < part),
                    Err(error) => return Err(error),
                }
            }
            Ok(true)
        })
    }
}

fn entry(name: &str, part: u8) -> Result<Entry, SystemError> {
    match part {
        0 => Entry::new("vestibule", name),
        part => Entry::new("vestibule", &format!("{name}#{part}")),
    }
}
