//! Opening and reading without waiting for a pipe or a device.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::kind::require_regular;
use crate::bounded;

/// The size limit for reading, far above any file that AWS tools share.
const MAX_SIZE: usize = 64 << 20;

pub(super) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let (file, metadata) = open(path)?;
    read_regular(file, &metadata)
}

fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let file = nonblocking(OpenOptions::new().read(true)).open(path).map_err(|error| {
        // A socket cannot be opened at all.
        path.metadata().and_then(|file| require_regular(&file)).err().unwrap_or(error)
    })?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

fn read_regular(mut file: File, metadata: &Metadata) -> io::Result<Zeroizing<Vec<u8>>> {
    require_regular(metadata)?;
    let capacity = usize::try_from(metadata.len()).unwrap_or(MAX_SIZE);
    bounded::read_to_end(&mut file, capacity, MAX_SIZE)
}

/// Makes opening a pipe without a writer, or a terminal, return at once.
#[cfg(unix)]
pub(super) fn nonblocking(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
}

#[cfg(not(unix))]
pub(super) fn nonblocking(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
pub(super) use read as read_input;

#[cfg(unix)]
pub(super) use input::read_input;

#[cfg(unix)]
mod input {
    use std::io::Read;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;
    use std::time::{Duration, Instant};

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    use super::{File, Path, Zeroizing, bounded, io, open, read_regular};
    use crate::files::kind;

    /// How long a pipe or a device may take to its end: long for a password manager, short for a
    /// pipe that has no writer.
    const TIMEOUT: Duration = Duration::from_secs(5);
    /// The size limit for pipes and devices.
    const MAX_INPUT: usize = 4 << 20;

    pub(in super::super) fn read_input(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let (file, metadata) = open(path)?;
        let kind = metadata.file_type();
        if !(kind.is_fifo() || kind.is_char_device()) {
            return read_regular(file, &metadata);
        }
        // The end of a named pipe is only an end once a writer has opened it.
        let may_lack_writer =
            kind.is_fifo() && !path.starts_with("/dev/fd") && !path.starts_with("/proc");
        let deadline = Instant::now() + TIMEOUT;
        let mut stream = DeadlineReader { file, deadline, may_lack_writer };
        bounded::read_to_end(&mut stream, 64 << 10, MAX_INPUT).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => {
                let (kind, seconds) = (kind::name(kind), TIMEOUT.as_secs());
                let message =
                    format!("is {kind}, and no end of its data came within {seconds} seconds");
                io::Error::new(io::ErrorKind::TimedOut, message)
            }
            _ => error,
        })
    }

    /// Reads a non-blocking file until a deadline.
    struct DeadlineReader {
        file: File,
        deadline: Instant,
        may_lack_writer: bool,
    }

    impl Read for DeadlineReader {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            loop {
                match self.file.read(buffer) {
                    Ok(0) if self.may_lack_writer => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    result => {
                        self.may_lack_writer = false;
                        return result;
                    }
                }
                let remaining = self.deadline.saturating_duration_since(Instant::now());
                if remaining.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                let timeout = PollTimeout::try_from(remaining).unwrap_or(PollTimeout::MAX);
                let mut files = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
                if 0 < poll(&mut files, timeout)? {
                    self.may_lack_writer = false;
                }
            }
        }
    }
}
