mod disk;
mod lock;
mod prepared;
mod shutdown;
mod temporary;

pub use disk::DiskFiles;
pub use shutdown::{ShutdownGuard, defer_exit_during_writes};

/// True where the folder or file system does not let this process write.
fn is_unwritable(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}
