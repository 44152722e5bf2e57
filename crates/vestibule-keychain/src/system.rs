use std::sync::mpsc;

use keyring::v1::{Entry, Error as SystemError};
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use crate::kernel;
use crate::keychain::{SERVICE, TIMEOUT};
use crate::{Keychain, KeychainError};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The keychain of the system.
///
/// Secrets are entries of the service `vestibule`, with the name of the token's file as the user. On
/// Linux without a Secret Service, as in SSH sessions and containers, they are in the kernel's
/// persistent keyring of the user, which is empty after a restart, and after three days without use.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemKeychain;

impl SystemKeychain {
    /// Creates the keychain; it is opened when it is first used.
    pub fn new() -> Self {
        Self
    }

    /// Checks that the keychain can be written, and returns its name.
    ///
    /// # Errors
    /// As [`Keychain::set`].
    pub fn check(self) -> Result<&'static str, KeychainError> {
        const PROBE: &str = "check.probe";
        self.call(|| {
            let is_kernel = store(PROBE, b"probe")?;
            discard(PROBE)?;
            Ok(if is_kernel { KERNEL } else { NAME })
        })
    }

    /// Runs a call on a thread of its own, which is left behind if it takes too long.
    fn call<T: Send + 'static>(
        self,
        run: impl FnOnce() -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let keychain = || self.name().to_owned();
        let unavailable =
            |source: BoxError| KeychainError::Unavailable { keychain: keychain(), source };
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
        receiver.recv_timeout(TIMEOUT).map_err(timed_out)?.map_err(unavailable)
    }
}

const KERNEL: &str = "the kernel keyring";
const NAME: &str = if cfg!(target_os = "macos") {
    "the macOS Keychain"
} else if cfg!(windows) {
    "the Windows Credential Manager"
} else {
    "the Secret Service"
};

impl Keychain for SystemKeychain {
    fn name(&self) -> &'static str {
        NAME
    }

    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let entry = entry.to_owned();
        self.call(move || load(&entry))
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let (entry, secret) = (entry.to_owned(), Zeroizing::new(secret.to_vec()));
        self.call(move || store(&entry, &secret).map(drop))
    }

    fn remove(&self, entry: &str) -> Result<bool, KeychainError> {
        let entry = entry.to_owned();
        self.call(move || discard(&entry))
    }
}

fn load(entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, BoxError> {
    match parts::load(entry) {
        #[cfg(target_os = "linux")]
        Err(error) if kernel::replaces(&error) => Ok(kernel::load(entry)?),
        // It may have been stored when there was no desktop.
        #[cfg(target_os = "linux")]
        Ok(None) => Ok(kernel::load(entry).unwrap_or_default()),
        loaded => Ok(loaded?),
    }
}

/// Stores a secret. Returns whether it is in the kernel keyring.
fn store(entry: &str, secret: &[u8]) -> Result<bool, BoxError> {
    match parts::store(entry, secret) {
        #[cfg(target_os = "linux")]
        Err(error) if kernel::replaces(&error) => {
            kernel::store(entry, secret)?;
            Ok(true)
        }
        stored => {
            stored?;
            #[cfg(target_os = "linux")]
            let _ = kernel::remove(entry);
            Ok(false)
        }
    }
}

fn discard(entry: &str) -> Result<bool, BoxError> {
    match parts::remove(entry) {
        #[cfg(target_os = "linux")]
        Err(error) if kernel::replaces(&error) => Ok(kernel::remove(entry)?),
        #[cfg(target_os = "linux")]
        Ok(was_stored) => Ok(kernel::remove(entry).unwrap_or_default() || was_stored),
        #[cfg(not(target_os = "linux"))]
        Ok(was_stored) => Ok(was_stored),
        Err(error) => Err(error.into()),
    }
}

/// Secrets of any length: where an entry is too small, the rest is in further entries.
///
/// The first entry begins with a letter and the number of further entries; they are named by the
/// letter, which alternates, and written before the first one, so that a program that ends between two
/// writes leaves the old secret.
mod parts {
    use super::{Entry, SERVICE, SystemError, Zeroizing};

    /// The Credential Manager stores 2560 bytes in an entry; the others have no such limit.
    const MAX: usize = if cfg!(windows) { 2400 } else { usize::MAX };
    /// The letter and the number: `a00:`.
    const HEADER: usize = 4;
    /// The limit for the further entries.
    const MAX_PARTS: usize = 64;

    pub(super) fn load(name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SystemError> {
        let Some(mut secret) = get(name)? else { return Ok(None) };
        let Some((letter, count)) = header(&secret) else { return Ok(None) };
        secret.drain(..HEADER);
        for number in 1..=count {
            let Some(part) = get(&part_name(name, letter, number))? else { return Ok(None) };
            secret.extend_from_slice(&part);
        }
        Ok(Some(secret))
    }

    pub(super) fn store(name: &str, secret: &[u8]) -> Result<(), SystemError> {
        let old = stored_header(name)?;
        let letter = if old.is_some_and(|(letter, _)| letter == 'a') { 'b' } else { 'a' };
        let (first, rest) = secret.split_at(secret.len().min(MAX - HEADER));
        let count = rest.chunks(MAX).len();
        if MAX_PARTS < count {
            let limit = u32::try_from(MAX_PARTS.saturating_mul(MAX)).unwrap_or(u32::MAX);
            return Err(SystemError::TooLong("secret".to_owned(), limit));
        }
        for (part, number) in rest.chunks(MAX).zip(1..) {
            entry(&part_name(name, letter, number))?.set_secret(part)?;
        }
        let mut text = Zeroizing::new(Vec::with_capacity(HEADER + first.len()));
        text.extend_from_slice(format!("{letter}{count:02}:").as_bytes());
        text.extend_from_slice(first);
        entry(name)?.set_secret(&text)?;
        if let Some((letter, count)) = old {
            remove_parts(name, letter, count)?;
        }
        Ok(())
    }

    pub(super) fn remove(name: &str) -> Result<bool, SystemError> {
        let old = stored_header(name)?;
        let was_stored = remove_one(name)?;
        if let Some((letter, count)) = old {
            remove_parts(name, letter, count)?;
        }
        Ok(was_stored)
    }

    /// Returns the letter and number of the further entries of a stored secret; `None` where one entry
    /// has room for any secret.
    fn stored_header(name: &str) -> Result<Option<(char, usize)>, SystemError> {
        match MAX {
            usize::MAX => Ok(None),
            _ => Ok(get(name)?.and_then(|secret| header(&secret))),
        }
    }

    fn header(secret: &[u8]) -> Option<(char, usize)> {
        let header = std::str::from_utf8(secret.get(..HEADER)?).ok()?.strip_suffix(':')?;
        let (letter, count) = header.split_at_checked(1)?;
        Some((letter.parse().ok()?, count.parse().ok().filter(|count| *count <= MAX_PARTS)?))
    }

    fn remove_parts(name: &str, letter: char, count: usize) -> Result<(), SystemError> {
        (1..=count).try_for_each(|number| remove_one(&part_name(name, letter, number)).map(drop))
    }

    fn remove_one(name: &str) -> Result<bool, SystemError> {
        match entry(name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(SystemError::NoEntry) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn get(name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SystemError> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(SystemError::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn part_name(name: &str, letter: char, number: usize) -> String {
        format!("{name}#{letter}{number}")
    }

    fn entry(name: &str) -> Result<Entry, SystemError> {
        Entry::new(SERVICE, name)
    }
}
