use std::fmt;
use std::io;

use vestibule_types::Secret;

use crate::BoxFuture;

/// A listener on loopback for the redirect of a browser.
pub trait Listener: fmt::Debug + Send + Sync {
    /// Listens on 127.0.0.1 and nowhere else, at this port or, for 0, at any free one.
    ///
    /// # Errors
    /// Those of the system, such as a port in use.
    fn bind(&self, port: u16) -> io::Result<Box<dyn Callbacks>>;
}

/// An open listener for redirects. Dropping it closes it.
pub trait Callbacks: fmt::Debug + Send {
    /// Returns the port that it listens on.
    fn port(&self) -> u16;

    /// Returns the next `GET` of the redirect path; other requests get an error response.
    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>>;
}

/// A request of a browser that waits for its response.
pub struct Callback {
    /// Path and query; holds the authorization code.
    pub target: Secret,
    respond: Box<dyn FnOnce(&str) + Send>,
}

impl Callback {
    /// Creates a callback; `respond` sends the HTML page.
    pub fn new(target: Secret, respond: impl FnOnce(&str) + Send + 'static) -> Self {
        Self { target, respond: Box::new(respond) }
    }

    /// Sends this page as the response.
    pub fn respond(self, page: &str) {
        (self.respond)(page);
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}
