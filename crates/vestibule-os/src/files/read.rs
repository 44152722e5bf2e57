//! Opening and reading without waiting for a pipe or a device.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use bytes::Bytes;
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
    options.custom_flags(nix::libc::O_NONBLOCK)
}

#[cfg(not(unix))]
pub(super) fn nonblocking(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Like [`read`], into memory that is there before it is written.
fn read_shared(file: File, metadata: &Metadata) -> io::Result<Bytes> {
    #[cfg(target_os = "linux")]
    if let Some(bytes) = pages::read(&file, metadata)? {
        return Ok(bytes);
    }
    read_regular(file, metadata).map(|mut bytes| std::mem::take(&mut *bytes).into())
}

/// Memory that one call of the system makes, all at once. Of a file with 5,000 profiles, two thirds
/// of the time went into page faults, one for each 4 kB; this halves them (`cargo xtask bench start`).
#[cfg(target_os = "linux")]
mod pages {
    use std::io::Read as _;

    use memmap2::MmapOptions;

    use super::{Bytes, File, MAX_SIZE, Metadata, io, require_regular};

    /// The size from which it is worth a call.
    const MIN_SIZE: usize = 128 << 10;

    /// Returns `None` for a small file, and for one that grows meanwhile.
    pub(super) fn read(mut file: &File, metadata: &Metadata) -> io::Result<Option<Bytes>> {
        require_regular(metadata)?;
        let len = usize::try_from(metadata.len()).unwrap_or(MAX_SIZE);
        if !(MIN_SIZE..MAX_SIZE).contains(&len) {
            return Ok(None);
        }
        let mut pages = MmapOptions::new().len(len + 1).populate().map_anon()?;
        let mut end = 0;
        while let Some(free @ [_, ..]) = pages.get_mut(end..) {
            match file.read(free) {
                Ok(0) => return Ok(Some(Bytes::from_owner(pages).slice(..end))),
                Ok(count) => end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        io::Seek::rewind(&mut file)?;
        Ok(None)
    }
}

#[cfg(not(unix))]
pub(super) fn read_input(path: &Path) -> io::Result<Bytes> {
    let (file, metadata) = open(path)?;
    read_shared(file, &metadata)
}

#[cfg(unix)]
pub(super) use input::read_input;

#[cfg(unix)]
mod input {
    use std::io::Read;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;
    use std::time::{Duration, Instant};

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    use super::{Bytes, File, Path, bounded, io, open, read_shared};
    use crate::files::kind;

    /// The time limit for reading a pipe or a device: enough for a password manager, and short for a
    /// pipe that has no writer.
    const TIMEOUT: Duration = Duration::from_secs(5);
    /// The size limit for pipes and devices.
    const MAX_INPUT: usize = 4 << 20;

    pub(in super::super) fn read_input(path: &Path) -> io::Result<Bytes> {
        let (file, metadata) = open(path)?;
        let kind = metadata.file_type();
        if !(kind.is_fifo() || kind.is_char_device()) {
            return read_shared(file, &metadata);
        }
        // The end of a named pipe is only an end once a writer has opened it.
        let may_lack_writer =
            kind.is_fifo() && !path.starts_with("/dev/fd") && !path.starts_with("/proc");
        let deadline = Instant::now() + TIMEOUT;
        let mut stream = DeadlineReader { file, deadline, may_lack_writer };
        let bytes = bounded::read_to_end(&mut stream, 64 << 10, MAX_INPUT);
        bytes.map(|mut bytes| std::mem::take(&mut *bytes).into()).map_err(|error| {
            match error.kind() {
                io::ErrorKind::TimedOut => {
                    let (kind, seconds) = (kind::name(kind), TIMEOUT.as_secs());
                    let message =
                        format!("is {kind}, and no end of its data came within {seconds} seconds");
                    io::Error::new(io::ErrorKind::TimedOut, message)
                }
                _ => error,
            }
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
