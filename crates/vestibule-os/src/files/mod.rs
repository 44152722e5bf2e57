mod disk;
mod lock;
mod temporary;

pub use disk::DiskFiles;
pub use temporary::between_writes;
