use std::sync::Arc;

use vestibule_world::{Clock, Platform, Transport, Vars, World};

use crate::{DiskFiles, SystemEntropy};

/// This machine, with HTTP and time as given: a runtime comes with both of them.
///
/// Without the feature `process` every program is missing; without `listener` nothing listens.
pub fn world(vars: Vars, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> World {
    World {
        vars,
        platform: Platform::HERE,
        files: Arc::new(DiskFiles),
        transport,
        clock,
        #[cfg(feature = "process")]
        processes: Arc::new(crate::Shell),
        #[cfg(not(feature = "process"))]
        processes: Arc::new(vestibule_world::memory::Processes::none()),
        entropy: Arc::new(SystemEntropy),
        #[cfg(feature = "listener")]
        listener: Some(Arc::new(crate::Loopback)),
        #[cfg(not(feature = "listener"))]
        listener: None,
        manners: Arc::default(),
    }
}
