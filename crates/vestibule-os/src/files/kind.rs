use std::fs::{FileType, Metadata};
use std::{fmt, io};

/// Error returned when a path is not a regular file.
#[derive(Debug)]
struct NotRegular(&'static str);

impl fmt::Display for NotRegular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is {}, not a regular file", self.0)
    }
}

impl std::error::Error for NotRegular {}

/// Returns an error that names the kind of file, unless it is a regular file.
pub(super) fn require_regular(file: &Metadata) -> io::Result<()> {
    if file.is_file() { Ok(()) } else { Err(not_regular(file)) }
}

/// Returns an error that names the kind of file.
pub(super) fn not_regular(file: &Metadata) -> io::Error {
    let kind =
        if file.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    io::Error::new(kind, NotRegular(name(file.file_type())))
}

#[cfg(unix)]
pub(super) fn name(file: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if file.is_dir() {
        "a directory"
    } else if file.is_symlink() {
        "a symbolic link"
    } else if file.is_fifo() {
        "a named pipe"
    } else if file.is_socket() {
        "a socket"
    } else if file.is_char_device() {
        "a character device"
    } else if file.is_block_device() {
        "a block device"
    } else {
        "a special file"
    }
}

#[cfg(not(unix))]
pub(super) fn name(file: FileType) -> &'static str {
    if file.is_dir() { "a directory" } else { "a special file" }
}
