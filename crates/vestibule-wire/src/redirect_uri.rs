/// The path of redirect URIs; the service rejects other paths.
pub const REDIRECT_PATH: &str = "/oauth/callback";

/// A redirect URI at a loopback port (RFC 8252 §7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    port: u16,
}

impl RedirectUri {
    /// Creates a redirect URI at a port of 127.0.0.1.
    pub const fn loopback(port: u16) -> Self {
        Self { port }
    }

    /// Returns the URI for the authorize page and the token request.
    pub fn address(self) -> String {
        format!("http://127.0.0.1:{}{REDIRECT_PATH}", self.port)
    }

    /// Returns the URI for the registration: the service ignores the port of loopback addresses.
    pub fn registered() -> String {
        format!("http://127.0.0.1{REDIRECT_PATH}")
    }
}
