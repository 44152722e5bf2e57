mod disk;
mod lock;
mod temporary;

pub use disk::DiskFiles;
