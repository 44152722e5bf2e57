//! A named pipe of Windows, for programs of the same user.

use std::io;
use std::path::{Path, PathBuf};

use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};

/// A listening pipe. It is gone when this is dropped.
///
/// It has the default security descriptor: its user, administrators and the system may write to it,
/// all others may only read. A request has to be written, so no other user gets a response. Programs on
/// other machines are rejected.
#[derive(Debug)]
pub(crate) struct Pipe {
    name: PathBuf,
    /// The instance that the next client connects to.
    next: NamedPipeServer,
}

impl Pipe {
    /// Creates a pipe, in the context of a tokio runtime. `PermissionDenied` if it exists.
    pub(crate) fn create(name: &Path) -> io::Result<Self> {
        let next = ServerOptions::new().first_pipe_instance(true).create(name)?;
        Ok(Self { name: name.to_owned(), next })
    }

    /// Waits for a client.
    pub(crate) async fn accept(&mut self) -> io::Result<NamedPipeServer> {
        self.next.connect().await?;
        // Created before the client is served, so that there is always one to connect to.
        let next = ServerOptions::new().create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}
