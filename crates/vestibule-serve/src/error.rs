use std::fmt;
use std::io;
use std::path::PathBuf;

/// Error returned when a server cannot be started.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<io::Error>,
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// This port cannot be listened on.
    Port(u16),
    /// This path exists, and is not a socket that a killed server left behind.
    PathExists(PathBuf),
    /// The socket at this path cannot be created.
    Socket(PathBuf),
    /// The system has no thread or no event queue left.
    System,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, source: io::Error) -> Self {
        Self { kind, source: Some(source) }
    }

    #[cfg(any(unix, windows))]
    pub(crate) fn path_exists(path: PathBuf) -> Self {
        Self { kind: ErrorKind::PathExists(path), source: None }
    }

    pub(crate) fn system(source: io::Error) -> Self {
        Self::new(ErrorKind::System, source)
    }

    /// Returns the kind of the error, with the address.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.source.as_ref().map(io::Error::kind);
        match &self.kind {
            ErrorKind::Port(port) if cause == Some(io::ErrorKind::AddrInUse) => {
                write!(f, "port {port} is already in use")
            }
            ErrorKind::Port(port) => write!(f, "cannot listen on port {port}"),
            ErrorKind::PathExists(path) => write!(f, "{} already exists", path.display()),
            ErrorKind::Socket(path) => write!(f, "cannot create the socket {}", path.display()),
            ErrorKind::System => f.write_str("cannot start the server"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
