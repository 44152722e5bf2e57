use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a named thread. The work is boxed, so that this is compiled once for all callers.
pub(crate) fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    Builder::new().name(name.to_owned()).spawn(work)
}
