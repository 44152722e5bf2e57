//! The kernel's persistent keyring of the user, for Linux without a desktop.

use keyring::v1::Error as SystemError;
use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier};
use zeroize::Zeroizing;

use crate::keychain::SERVICE;

/// Returns whether there is no Secret Service at all, rather than one that is locked.
pub(crate) fn replaces(error: &SystemError) -> bool {
    match error {
        SystemError::NoDefaultStore => true,
        SystemError::PlatformFailure(source) => {
            // The store's own error type is private to the library.
            let text = source.to_string();
            text.contains("no secret service provider") || text.contains("ServiceUnknown")
        }
        _ => false,
    }
}

pub(crate) fn load(entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    let Some(key) = find(entry)? else { return Ok(None) };
    Ok(Some(Zeroizing::new(key.read_to_vec().map_err(KeyringError)?)))
}

pub(crate) fn store(entry: &str, secret: &[u8]) -> Result<(), KeyringError> {
    keyring()?.add_key(&description(entry), secret).map(drop).map_err(KeyringError)
}

pub(crate) fn remove(entry: &str) -> Result<bool, KeyringError> {
    let Some(key) = find(entry)? else { return Ok(false) };
    keyring()?.unlink_key(key).map_err(KeyringError)?;
    Ok(true)
}

fn find(entry: &str) -> Result<Option<Key>, KeyringError> {
    match keyring()?.search(&description(entry)) {
        Ok(key) => Ok(Some(key)),
        Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
        Err(error) => Err(KeyringError(error)),
    }
}

/// Opens the keyring and links it to the session keyring of the process, since a process can read only
/// the keys of keyrings that it possesses.
fn keyring() -> Result<KeyRing, KeyringError> {
    KeyRing::get_persistent(KeyRingIdentifier::Session).map_err(KeyringError)
}

fn description(entry: &str) -> String {
    format!("{SERVICE}:{entry}")
}

/// Error of the kernel keyring.
#[derive(Debug, thiserror::Error)]
#[error("the kernel keyring is not available")]
pub(crate) struct KeyringError(#[source] KeyError);
