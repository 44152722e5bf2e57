use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use vestibule_world::Entropy;

use crate::Error;
#[cfg(unix)]
use crate::socket::{self, Socket};

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what other machines cannot reach")]
pub enum Place {
    /// At this port of 127.0.0.1, or at any free one for 0: where AWS SDKs ask.
    Port(u16),
    /// At a Unix socket in this place, for programs that speak HTTP over one. It is there for its
    /// owner only, and goes with the server.
    Socket(PathBuf),
}

/// A place that is taken, and answers nobody yet.
#[derive(Debug)]
pub(crate) enum Bound {
    Port(TcpListener, u16),
    #[cfg(unix)]
    Socket(Socket),
}

impl Place {
    pub(crate) fn bind(&self, entropy: &dyn Entropy) -> Result<Bound, Error> {
        match self {
            Self::Port(port) => {
                let bound = || {
                    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port))?;
                    listener.set_nonblocking(true)?;
                    let port = listener.local_addr()?.port();
                    Ok(Bound::Port(listener, port))
                };
                bound().map_err(|source| Error::Port { port: *port, source })
            }
            #[cfg(unix)]
            Self::Socket(path) => match socket::bind(path, entropy) {
                Ok(socket) => Ok(Bound::Socket(socket)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Err(Error::Taken { path: path.clone() })
                }
                Err(source) => Err(Error::Socket { path: path.clone(), source }),
            },
            #[cfg(not(unix))]
            Self::Socket(path) => {
                let source = io::ErrorKind::Unsupported.into();
                Err(Error::Socket { path: path.clone(), source })
            }
        }
    }
}

impl Bound {
    /// Under which port it is asked; none at a socket, where no browser gets to.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Port(_, port) => Some(*port),
            #[cfg(unix)]
            Self::Socket(_) => None,
        }
    }
}
