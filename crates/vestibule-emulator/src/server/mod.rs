//! The emulator behind sockets: HTTP, TLS and a proxy on loopback, on a thread of its own.

mod body;
mod machine;
mod proxy;
mod serve;
mod tls;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::emulator::Emulator;
use serve::Listeners;
use tls::Authority;

pub use machine::Machine;

/// An emulator that answers on loopback until this is dropped.
///
/// ```
/// use vestibule_emulator::{Emulator, Server};
///
/// let emulator = Emulator::default();
/// let server = Server::start(emulator.clone())?;
/// assert!(server.http().starts_with("http://127.0.0.1:"));
/// assert!(server.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Server {
    http: SocketAddr,
    https: SocketAddr,
    ca_pem: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at any two free ports.
    ///
    /// # Errors
    /// As the machine says.
    pub fn start(emulator: Emulator) -> io::Result<Self> {
        Self::start_at(emulator, 0, 0)
    }

    /// Listens at these ports; 0 is any free one.
    ///
    /// # Errors
    /// As the machine says, such as a port in use.
    pub fn start_at(emulator: Emulator, http: u16, https: u16) -> io::Result<Self> {
        let (http, https) = (bind(http)?, bind(https)?);
        let (plain_at, secure_at) = (http.local_addr()?, https.local_addr()?);
        let authority = Authority::new(emulator.clone()).map_err(io::Error::other)?;
        let ca_pem = authority.ca_pem();
        let tls = authority.into_config().map_err(io::Error::other)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listeners = Listeners { emulator, http, https, tls };
        let thread = std::thread::Builder::new()
            .name("vestibule-emulator".into())
            .spawn(move || runtime.block_on(listeners.serve(stopped)))?;
        Ok(Self {
            http: plain_at,
            https: secure_at,
            ca_pem,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`: what to set `AWS_ENDPOINT_URL` to, or, for clients that shall name
    /// AWS's own hosts, `HTTPS_PROXY` and `HTTP_PROXY`.
    ///
    /// As a proxy it answers for hosts of the emulator's only, with certificates of
    /// [`Server::ca_pem`]; others it refuses, and logs. It never relays.
    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    /// `https://localhost:PORT`: the same under TLS.
    pub fn https(&self) -> String {
        format!("https://localhost:{}", self.https.port())
    }

    /// The certificate of the CA behind [`Server::https`] and behind the proxy, made anew with
    /// each server: what to put into the file that `AWS_CA_BUNDLE` names.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("http", &self.http())
            .field("https", &self.https())
            .finish_non_exhaustive()
    }
}

fn bind(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
