//! The server: HTTP, TLS and a proxy on loopback, in its own thread.

mod body;
mod connection;
mod listeners;
mod proxy;
mod tls;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::emulator::Emulator;
use listeners::Listeners;
use tls::Authority;

/// A server of an emulator on loopback, which stops when it is dropped.
///
/// It runs on the real time, so that clients with a real clock can use it, unless
/// [`Builder::clock`](crate::Builder::clock) has a [manual](crate::Clock::manual) one. The clock can
/// be moved.
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
    /// Starts a server on two free ports, for HTTP and HTTPS.
    ///
    /// # Errors
    /// If no socket or thread can be created.
    pub fn start(emulator: Emulator) -> io::Result<Self> {
        Self::start_at(emulator, 0, 0)
    }

    /// Starts a server on these ports, of which 0 is any free one.
    ///
    /// # Errors
    /// If a port is in use, or no socket or thread can be created.
    pub fn start_at(emulator: Emulator, http: u16, https: u16) -> io::Result<Self> {
        let (http, https) = (bind(http)?, bind(https)?);
        emulator.run_on_real_time();
        let (plain, secure) = (http.local_addr()?, https.local_addr()?);
        let authority = Authority::new(emulator.clone()).map_err(io::Error::other)?;
        let ca_pem = authority.ca_pem();
        let tls = authority.into_config().map_err(io::Error::other)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listeners = Listeners { emulator, http, https, tls };
        let thread = std::thread::Builder::new()
            .name("vestibule-emulator".into())
            .spawn(move || runtime.block_on(listeners.serve(stopped)))?;
        Ok(Self { http: plain, https: secure, ca_pem, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`, or, for clients that use the host names
    /// of AWS, for `HTTPS_PROXY` and `HTTP_PROXY`.
    ///
    /// The proxy has certificates of [`Server::ca_pem`] for emulated hosts. It refuses and logs
    /// requests for other hosts, and relays nothing.
    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Returns `https://localhost:PORT`, which serves the same over TLS.
    pub fn https(&self) -> String {
        format!("https://localhost:{}", self.https.port())
    }

    /// Returns the certificate of the CA of this server, for the file that `AWS_CA_BUNDLE` names.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked is stopped too.
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::AddrInUse => format!("port {port} is already in use"),
            _ => format!("port {port} cannot be used: {error}"),
        };
        io::Error::new(error.kind(), message)
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
