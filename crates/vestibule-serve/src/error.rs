use std::io;
use std::path::PathBuf;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port is in use, or may not be used.
    #[error("port {port} of 127.0.0.1 cannot be listened at")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// As the machine says.
        #[source]
        source: io::Error,
    },
    /// Something is there already, and it is no socket that was left behind.
    #[error("there is something at {} already", path.display())]
    Taken {
        /// Where the socket was to be.
        path: PathBuf,
    },
    /// The socket cannot be made there.
    #[error("a socket cannot be made at {}", path.display())]
    Socket {
        /// Where the socket was to be.
        path: PathBuf,
        /// As the machine says.
        #[source]
        source: io::Error,
    },
    /// This machine has no thread or no event queue to spare.
    #[error("a server cannot be started")]
    Machine(#[source] io::Error),
}
