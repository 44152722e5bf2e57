mod disk;
mod ending;
mod lock;
mod temporary;

pub use disk::DiskFiles;
pub use ending::{ShutdownGuard, defer_exit_during_writes};
