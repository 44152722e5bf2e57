use std::task::Waker;

use crate::observations::LossCause;

/// The number of a process.
pub(crate) type Pid = usize;

/// A process, as the simulation sees it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a process")]
pub(crate) struct ProcessState {
    pub(crate) name: String,
    /// True if it runs our code.
    pub(crate) is_ours: bool,
    pub(crate) is_alive: bool,
    /// The way in which it was killed.
    pub(crate) death: Option<LossCause>,
    pub(crate) clock_offset: i64,
    /// The tasks that run in it.
    pub(crate) tasks: usize,
    /// True if a helper process refreshes for it.
    pub(crate) has_helper: bool,
    /// True while it replaces a token that the portal rejected.
    pub(crate) was_rejected: bool,
    /// The token file as this process read it last.
    pub(crate) last_read: Option<Vec<u8>>,
    /// Woken when the process is killed.
    pub(crate) wakers: Vec<Waker>,
}

impl ProcessState {
    pub(crate) fn new(name: String, is_ours: bool, clock_offset: i64) -> Self {
        Self {
            name,
            is_ours,
            is_alive: true,
            death: None,
            clock_offset,
            tasks: 0,
            has_helper: false,
            was_rejected: false,
            last_read: None,
            wakers: Vec::new(),
        }
    }
}
