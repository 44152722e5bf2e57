use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::{fmt, io};

use tokio::runtime::{Builder, Handle, Runtime};
use vestibule_world::{
    BoxFuture, Request, Response, Transport, TransportError, TransportErrorKind,
};

/// A transport that needs a tokio runtime, for callers without one: the first poll of a future
/// completes the exchange.
///
/// The first request starts a runtime, which runs on the caller's thread. Any number of threads
/// may send at once. It also works inside another tokio runtime, and then blocks the thread that
/// it is called on.
pub struct Blocking {
    transport: Arc<dyn Transport>,
    runtime: OnceLock<Runtime>,
}

impl Blocking {
    /// Returns the transport; no runtime is started yet.
    #[inline]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, runtime: OnceLock::new() }
    }

    #[inline]
    fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let local = |error: io::Error| {
            TransportError::new(TransportErrorKind::Local, "no tokio runtime could be started")
                .with_source(error)
        };
        let runtime = self.runtime().map_err(local)?;
        let send = || runtime.block_on(self.transport.send(request));
        if Handle::try_current().is_err() {
            return send();
        }
        // Runtimes cannot be nested on one thread.
        thread::scope(|scope| {
            let builder = thread::Builder::new().name("vestibule-http".into());
            let sender = builder.spawn_scoped(scope, send).map_err(local)?;
            sender.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    #[inline]
    fn runtime(&self) -> io::Result<&Runtime> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(self.runtime.get_or_init(|| runtime))
    }
}

impl Transport for Blocking {
    #[inline]
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move { self.exchange(request) })
    }
}

impl Drop for Blocking {
    #[inline]
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Does not wait for a name lookup, and is allowed inside another runtime.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Blocking {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.transport).finish()
    }
}
