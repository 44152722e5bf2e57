use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

/// The time limit for an exchange, in which a session may be refreshed or a user may confirm.
const TIMEOUT: Duration = Duration::from_secs(90);
/// The size limit for a response.
const MAX_RESPONSE: usize = 64 << 10;

/// A connection to an agent, for one request.
#[derive(Debug)]
pub(super) struct Connection(Stream);

#[cfg(unix)]
type Stream = std::os::unix::net::UnixStream;
#[cfg(windows)]
type Stream = std::fs::File;

#[cfg(unix)]
impl Connection {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Stream::connect(path).map(Self)
    }

    /// Sends a request, and returns the response.
    pub(super) fn exchange(self, request: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        self.0.set_read_timeout(Some(TIMEOUT))?;
        self.0.set_write_timeout(Some(TIMEOUT))?;
        transfer(self.0, request)
    }
}

#[cfg(windows)]
impl Connection {
    /// Opens a named pipe. While all of its instances are taken it is opened again.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        use std::os::windows::fs::OpenOptionsExt as _;

        const ATTEMPTS: usize = 200;
        const ERROR_PIPE_BUSY: i32 = 231;
        /// The agent, which may be that of another user, cannot act as the user of this process.
        const SECURITY_ANONYMOUS: u32 = 0;

        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).security_qos_flags(SECURITY_ANONYMOUS);
        for _ in 1..ATTEMPTS {
            match options.open(path) {
                Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                opened => return opened.map(Self),
            }
        }
        options.open(path).map(Self)
    }

    /// Sends a request, and returns the response. A thread waits for it, since a pipe has no timeouts.
    pub(super) fn exchange(self, request: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let request = request.to_owned();
        std::thread::Builder::new().name("vestibule-agent-client".into()).spawn(move || {
            // The receiver is gone if the response took too long.
            let _ = sender.send(transfer(self.0, &request));
        })?;
        let received = receiver.recv_timeout(TIMEOUT);
        received.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

fn transfer(mut stream: impl Read + Write, request: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    stream.write_all(request.as_bytes())?;
    // Reserved at once, since a buffer that grows leaves copies behind.
    let mut response = Zeroizing::new(Vec::with_capacity(MAX_RESPONSE));
    stream.take(MAX_RESPONSE as u64).read_to_end(&mut response)?;
    Ok(response)
}
