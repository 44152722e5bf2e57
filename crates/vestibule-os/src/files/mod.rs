mod disk;
mod ending;
mod lock;
mod temporary;

pub use disk::DiskFiles;
pub use ending::{Ending, end_between_writes};
