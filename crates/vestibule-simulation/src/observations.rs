//! Observations of a schedule, by which the laws are checked.

use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

/// The cause of a lost session: the cases that `docs/refresh.md` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LossCause {
    /// The network lost the response to a refresh.
    ResponseLost,
    /// The process that refreshed was killed before it had stored the result.
    ProcessKilled,
    /// The power failed before the result was on the disk.
    PowerCut,
    /// The future of a world without tasks was dropped.
    FutureDropped,
    /// The folder is read-only, and the process that has the result in memory ended.
    KeptInMemory,
    /// A tool that takes no lock spent the refresh token, or spoiled the file.
    OtherClient,
    /// A process that held the lock was stopped for longer than others wait.
    ProcessStopped,
}

impl fmt::Display for LossCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ResponseLost => "response lost",
            Self::ProcessKilled => "refreshing process killed",
            Self::PowerCut => "power cut",
            Self::FutureDropped => "future dropped without tasks",
            Self::KeptInMemory => "read-only folder",
            Self::OtherClient => "tool without locks",
            Self::ProcessStopped => "lock holder stopped",
        })
    }
}

/// What the checks of the laws need to know about a schedule so far.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    /// The first law that was broken, and how.
    pub(crate) violation: Option<String>,
    pub(crate) had_full_disk: bool,
    pub(crate) had_power_cut: bool,
    pub(crate) had_stopped_process: bool,
    pub(crate) refreshes: u64,
    pub(crate) kills: u64,
    pub(crate) longest_request: Duration,
    /// When a request for a token last had a good reason to report that the user has to sign in.
    pub(crate) last_justified: Option<Timestamp>,
}

impl Observations {
    /// Records a good reason to report that the user has to sign in.
    pub(crate) fn justify(&mut self, now: Timestamp) {
        self.last_justified = Some(now);
    }
}
