use std::sync::Arc;
use std::thread::JoinHandle;

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
    /// Starts a thread of this name, with a tokio runtime of its own.
    pub(crate) fn start(
        name: &str,
        listener: BoundListener,
        state: Arc<impl Respond>,
    ) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::system)?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || runtime.block_on(connections::serve(listener, state, stopped)))
            .map_err(Error::system)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
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
