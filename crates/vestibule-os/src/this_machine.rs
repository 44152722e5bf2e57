use std::sync::Arc;

use vestibule_world::{Clock, Platform, Transport, Vars, World};

use crate::{DiskFiles, SystemEntropy};

/// Returns this machine as a [`World`], with the given HTTP transport and clock, which depend on
/// the caller's runtime.
///
/// Without the feature `process` no program is found; without `listener` there is no listener.
pub fn world(vars: Vars, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> World {
    World {
        vars,
        platform: Platform::HERE,
        files: Arc::new(DiskFiles),
        transport,
        clock,
        #[cfg(feature = "process")]
        processes: Arc::new(crate::Shell::default()),
        #[cfg(not(feature = "process"))]
        processes: Arc::new(vestibule_world::memory::Processes::none()),
        entropy: Arc::new(SystemEntropy),
        #[cfg(feature = "listener")]
        listener: Some(Arc::new(crate::Loopback)),
        #[cfg(not(feature = "listener"))]
        listener: None,
        tasks: None,
        call_policy: Arc::default(),
    }
}
