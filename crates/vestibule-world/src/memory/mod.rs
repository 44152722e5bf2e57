//! The effects in memory: for tests, ours and yours.
//!
//! Time advances only by `sleep` and `advance`; files are a map; randomness is a counter.

mod clock;
mod entropy;
mod files;
mod processes;
mod transport;

use std::sync::Arc;

pub use clock::Clock;
pub use entropy::Entropy;
pub use files::Files;
pub use processes::Processes;
pub use transport::Transport;

use crate::{Platform, Vars, World};

/// Returns an empty world: the variable `HOME=/home`, no files, no network, and the date 2026-01-01.
#[inline]
pub fn world() -> World {
    World {
        vars: Vars::default().with("HOME", "/home"),
        platform: Platform::Unix,
        files: Arc::new(Files::default()),
        transport: Arc::new(Transport::unreachable()),
        clock: Arc::new(Clock::default()),
        processes: Arc::new(Processes::none()),
        entropy: Arc::new(Entropy::default()),
        listener: None,
        tasks: None,
        call_policy: Arc::default(),
    }
}
