use std::fmt;
use std::str::FromStr;

use anyhow::{Error, bail};

/// A bug that the simulated world plants, to prove that the laws find it.
///
/// The world misbehaves in the way that makes correct code act as the incorrect code would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlantedBug {
    /// The refresh takes no lock: every lock succeeds.
    NoLock,
    /// The refresh token is spent before room for the result is made: preparing a write reserves
    /// nothing.
    StoreBeforeProbe,
    /// A refresh token is sent again although it may be spent: a lost response is reported as a
    /// connection that was never opened.
    RetrySpentToken,
    /// The token is not read again under the lock: such a read returns what was read before.
    NoReread,
}

impl PlantedBug {
    /// All planted bugs.
    pub const ALL: [Self; 4] =
        [Self::NoLock, Self::StoreBeforeProbe, Self::RetrySpentToken, Self::NoReread];

    const fn as_str(self) -> &'static str {
        match self {
            Self::NoLock => "no-lock",
            Self::StoreBeforeProbe => "store-before-probe",
            Self::RetrySpentToken => "retry-spent-token",
            Self::NoReread => "no-reread",
        }
    }
}

impl fmt::Display for PlantedBug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PlantedBug {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        match Self::ALL.into_iter().find(|bug| bug.as_str() == name) {
            Some(bug) => Ok(bug),
            None => bail!("no planted bug `{name}`; there are {}", names()),
        }
    }
}
