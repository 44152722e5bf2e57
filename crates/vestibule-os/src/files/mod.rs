mod disk;
mod folder;
mod kind;
mod lock;
mod mount;
mod owner;
mod read;
mod shutdown;
mod target;
mod temporary;
mod write;

pub use disk::DiskFiles;
pub use shutdown::{ShutdownGuard, defer_exit_during_writes};

/// Returns true if the folder or file system does not let this process write.
fn is_unwritable(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}
