use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a thread. They are all of one type, so that starting one is compiled once.
pub(crate) fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    Builder::new().name(name.to_owned()).spawn(work)
}
