use std::sync::Arc;

use crate::{
    CallPolicy, Clock, Entropy, Files, Listener, Platform, Processes, Tasks, Transport, Vars,
};

/// The effects of a program, as values: files, network, time, processes and randomness.
///
/// Cheap to clone. Created by `vestibule_os` and `vestibule_hyper` for the real machine and by
/// [`memory::world`](crate::memory::world) for tests.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "hosts build worlds of their own parts")]
pub struct World {
    /// The environment variables, as they were at the start.
    pub vars: Vars,
    /// The platform whose rules for paths apply.
    pub platform: Platform,
    /// The file system.
    pub files: Arc<dyn Files>,
    /// The transport of HTTP requests.
    pub transport: Arc<dyn Transport>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Runs other programs.
    pub processes: Arc<dyn Processes>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The listener for the redirect of a browser; `None` where nothing can listen.
    pub listener: Option<Arc<dyn Listener>>,
    /// Runs futures that must not be dropped before they are ready; `None` where none is dropped.
    pub tasks: Option<Arc<dyn Tasks>>,
    /// User agent, attempts and retry quota of all calls.
    pub call_policy: Arc<CallPolicy>,
}
