//! Tests with real files, programs and sockets.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

#[cfg(windows)]
mod access_lists;
#[cfg(all(unix, feature = "browser", feature = "process"))]
mod browser;
mod clock;
mod files;
#[cfg(windows)]
mod held_files;
#[cfg(feature = "listener")]
mod listener;
mod prepared;
#[cfg(all(unix, feature = "process"))]
mod process;
#[cfg(all(windows, feature = "process"))]
mod process_windows;
#[cfg(unix)]
mod special_files;

use std::sync::Arc;

use vestibule_os::BlockingClock;
use vestibule_world::{Platform, memory};

#[test]
fn world_has_the_environment_and_randomness() {
    let transport = Arc::new(memory::Transport::unreachable());
    let world = vestibule_os::world(vestibule_os::vars(), transport, Arc::new(BlockingClock));
    assert_eq!(world.platform, Platform::HERE);
    assert!(world.vars.get("PATH").is_some());
    assert_eq!(world.listener.is_some(), cfg!(feature = "listener"));
    let mut bytes = [0; 16];
    world.entropy.fill(&mut bytes);
    assert_ne!(bytes, [0; 16]);
}
