use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;
use std::{fmt, io};

use tokio::runtime::{Builder, Handle, Runtime};
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Transport, TransportError, TransportErrorKind};

use crate::{Config, Hyper};

/// [`Hyper`] for callers without a runtime: an exchange is over when its future is first polled.
///
/// A runtime of its own, on the caller's thread, is started by the first request that needs it.
/// Any number of threads may send at once. From inside another tokio runtime it works as well,
/// but blocks the thread it is called on.
pub struct Blocking {
    hyper: Hyper,
    runtime: OnceLock<Runtime>,
}

impl Blocking {
    /// A transport that does nothing yet.
    pub fn new(config: Config) -> Self {
        Self { hyper: Hyper::new(config), runtime: OnceLock::new() }
    }

    fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let local = |error: io::Error| {
            TransportError::new(TransportErrorKind::Local, "no runtime").with_source(error)
        };
        let runtime = self.runtime().map_err(local)?;
        let send = || runtime.block_on(self.hyper.send(request));
        if Handle::try_current().is_err() {
            return send();
        }
        // Runtimes do not nest on one thread.
        thread::scope(|scope| {
            let apart = thread::Builder::new().name("vestibule-http".into());
            let apart = apart.spawn_scoped(scope, send).map_err(local)?;
            apart.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    fn runtime(&self) -> io::Result<&Runtime> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        Ok(self.runtime.get_or_init(|| runtime))
    }
}

impl Transport for Blocking {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move { self.exchange(request) })
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waits for no name lookup, and may be done inside another runtime.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.hyper).finish()
    }
}
