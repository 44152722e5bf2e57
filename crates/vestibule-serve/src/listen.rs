use std::io;
use std::net::{Ipv4Addr, TcpListener};
#[cfg(any(unix, windows))]
use std::path::Path;
use std::path::PathBuf;

use vestibule_world::Entropy;

#[cfg(windows)]
use crate::pipe::Pipe;
#[cfg(unix)]
use crate::socket::{self, Socket};
use crate::{Error, ErrorKind};

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the addresses that other machines cannot reach")]
pub enum ListenAddress {
    /// A port of 127.0.0.1, which the AWS SDKs can use; 0 for any free port.
    Port(u16),
    /// A Unix socket at this path, for programs that can use HTTP over a socket. Only its owner can
    /// connect. It is removed when the server stops.
    Socket(PathBuf),
}

/// A bound listener that does not accept connections yet.
#[derive(Debug)]
pub(crate) enum BoundListener {
    Port(TcpListener, u16),
    #[cfg(unix)]
    Socket(Socket),
    #[cfg(windows)]
    Pipe(Pipe),
}

/// Binds the socket of an agent, or its named pipe on Windows. To be called in the context of a tokio
/// runtime, which a pipe belongs to from its creation.
#[cfg(unix)]
pub(crate) fn bind_agent(path: &Path, entropy: &dyn Entropy) -> Result<BoundListener, Error> {
    ListenAddress::Socket(path.to_owned()).bind(entropy)
}

#[cfg(windows)]
pub(crate) fn bind_agent(path: &Path, _entropy: &dyn Entropy) -> Result<BoundListener, Error> {
    match Pipe::create(path) {
        Ok(pipe) => Ok(BoundListener::Pipe(pipe)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Error::path_exists(path.to_owned()))
        }
        Err(source) => Err(Error::new(ErrorKind::Socket(path.to_owned()), source)),
    }
}

impl ListenAddress {
    pub(crate) fn bind(&self, entropy: &dyn Entropy) -> Result<BoundListener, Error> {
        match self {
            Self::Port(port) => {
                let bound = || {
                    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port))?;
                    listener.set_nonblocking(true)?;
                    let port = listener.local_addr()?.port();
                    Ok(BoundListener::Port(listener, port))
                };
                bound().map_err(|source| Error::new(ErrorKind::Port(*port), source))
            }
            #[cfg(unix)]
            Self::Socket(path) => match socket::bind(path, entropy) {
                Ok(socket) => Ok(BoundListener::Socket(socket)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Err(Error::path_exists(path.clone()))
                }
                Err(source) => Err(Error::new(ErrorKind::Socket(path.clone()), source)),
            },
            #[cfg(not(unix))]
            Self::Socket(path) => {
                let _ = entropy;
                let source = io::Error::new(
                    io::ErrorKind::Unsupported,
                    "Unix sockets are not supported on this platform",
                );
                Err(Error::new(ErrorKind::Socket(path.clone()), source))
            }
        }
    }
}

impl BoundListener {
    /// Returns the port; `None` for a socket, which browsers cannot reach.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Port(_, port) => Some(*port),
            #[cfg(unix)]
            Self::Socket(_) => None,
            #[cfg(windows)]
            Self::Pipe(_) => None,
        }
    }
}
