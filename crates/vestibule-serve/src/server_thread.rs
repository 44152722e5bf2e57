use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::Error;
use crate::connections::{self, Respond};
use crate::listen::BoundListener;

/// A thread that serves connections until this is dropped.
#[derive(Debug)]
pub(crate) struct ServerThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    /// Starts a thread of this name, which drives the runtime.
    pub(crate) fn start(
        name: &str,
        runtime: Runtime,
        listener: BoundListener,
        state: Arc<impl Respond>,
    ) -> Result<Self, Error> {
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || runtime.block_on(connections::serve(listener, state, stopped)))
            .map_err(Error::system)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

/// Creates a runtime for one thread.
pub(crate) fn runtime() -> Result<Runtime, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Error::system)
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}
