mod disk;
mod lock;
mod shutdown;
mod temporary;

pub use disk::DiskFiles;
pub use shutdown::{ShutdownGuard, defer_exit_during_writes};
