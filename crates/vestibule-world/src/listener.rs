use std::fmt;
use std::io;

use vestibule_types::Secret;

use crate::BoxFuture;

/// Makes a place on this machine where a browser's redirect can arrive.
pub trait Listener: fmt::Debug + Send + Sync {
    /// Listens on 127.0.0.1 and nowhere else, at this port or, for 0, at any free one.
    ///
    /// # Errors
    /// As the machine says, such as a port in use.
    fn bind(&self, port: u16) -> io::Result<Box<dyn Callbacks>>;
}

/// An open place for redirects. Dropping it closes it.
pub trait Callbacks: fmt::Debug + Send {
    /// The port it listens on.
    fn port(&self) -> u16;

    /// The next `GET` of the redirect path; everything else was answered with an error already.
    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>>;
}

/// One request of a browser, waiting for its page.
pub struct Callback {
    /// Path and query; holds the authorization code.
    pub target: Secret,
    answer: Box<dyn FnOnce(&str) + Send>,
}

impl Callback {
    /// A request, and what to do with the HTML page that answers it.
    pub fn new(target: Secret, answer: impl FnOnce(&str) + Send + 'static) -> Self {
        Self { target, answer: Box::new(answer) }
    }

    /// Shows this page to the person.
    pub fn answer(self, page: &str) {
        (self.answer)(page);
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}
