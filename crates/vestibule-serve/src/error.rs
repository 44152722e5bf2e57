use std::io;
use std::path::PathBuf;

/// Error returned when a server cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port cannot be listened on.
    #[error("{}", port_message(*port, source))]
    Port {
        /// The requested port.
        port: u16,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
    /// The path exists, and is not a socket that a killed server left behind.
    #[error("{} already exists", path.display())]
    PathExists {
        /// The requested path.
        path: PathBuf,
    },
    /// The socket cannot be created.
    #[error("cannot create the socket {}", path.display())]
    Socket {
        /// The requested path.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
    /// The system has no thread or no event queue left.
    #[error("cannot start the server")]
    System(#[source] io::Error),
}

fn port_message(port: u16, source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => format!("port {port} is already in use"),
        _ => format!("cannot listen on port {port}"),
    }
}
