use std::sync::Arc;

use crate::{
    CallPolicy, Clock, Entropy, Files, Listener, Platform, Processes, Tasks, Transport, Vars,
};

/// Everything outside the program, as values.
///
/// Cheap to clone. Built by `vestibule_os` and `vestibule_hyper` for the real machine and by
/// [`memory::world`](crate::memory::world) for tests.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "hosts build worlds of their own parts")]
pub struct World {
    /// The environment, as it was at the start.
    pub vars: Vars,
    /// Whose rules for paths and homes apply.
    pub platform: Platform,
    /// Files.
    pub files: Arc<dyn Files>,
    /// HTTP.
    pub transport: Arc<dyn Transport>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Other programs.
    pub processes: Arc<dyn Processes>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where a browser's redirect arrives; `None` where nothing can listen.
    pub listener: Option<Arc<dyn Listener>>,
    /// Runs what must not stop half-way; `None` where no future is dropped before it is ready.
    pub tasks: Option<Arc<dyn Tasks>>,
    /// How services are asked.
    pub manners: Arc<CallPolicy>,
}
