use std::fmt;
use std::str::FromStr;

use vestibule_world::World;

use crate::KeychainError;

/// Where the tokens of a session are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "none, part, or all of a token in the keychain")]
pub enum Mode {
    /// In files that all AWS tools share.
    Files,
    /// Refresh token and client secret in the keychain, the access token in the file that all tools
    /// read.
    Bridge,
    /// Everything in the keychain.
    Sealed,
}

impl Mode {
    /// Returns the name, as in configuration files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Bridge => "bridge",
            Self::Sealed => "sealed",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Error returned for the name of a mode that does not exist.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected `files`, `bridge` or `sealed`")]
#[non_exhaustive]
pub struct UnknownMode;

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let modes = [Self::Files, Self::Bridge, Self::Sealed];
        modes.into_iter().find(|mode| mode.as_str() == text).ok_or(UnknownMode)
    }
}

/// Decides where tokens are stored. A [`Mode`] is the policy that stores all of them in one way.
pub trait Policy: fmt::Debug + Send + Sync + 'static {
    /// Returns the mode for an entry that is about to be stored; `None` to store it as it is stored
    /// now, or in files if it is new.
    ///
    /// # Errors
    /// The configuration of the mode is not valid.
    fn mode(
        &self,
        world: &World,
        entry: &str,
    ) -> Result<Option<Mode>, Box<dyn std::error::Error + Send + Sync>>;

    /// Reports that the keychain could not be read, and that the access token of the file is used
    /// alone, which cannot be refreshed.
    fn report_unavailable(&self, error: &KeychainError) {
        let error: &dyn std::error::Error = error;
        tracing::warn!(error, "the token cannot be refreshed");
    }
}

impl Policy for Mode {
    fn mode(
        &self,
        _world: &World,
        _entry: &str,
    ) -> Result<Option<Self>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Some(*self))
    }
}
