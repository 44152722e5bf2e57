/// The path of the redirect; other paths are refused by the service.
pub const REDIRECT_PATH: &str = "/oauth/callback";

/// Where the browser is sent back to: a loopback port (RFC 8252 §7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    port: u16,
}

impl RedirectUri {
    /// The redirect to a port of 127.0.0.1.
    pub const fn loopback(port: u16) -> Self {
        Self { port }
    }

    /// The address as authorized and exchanged.
    pub fn address(self) -> String {
        format!("http://127.0.0.1:{}{REDIRECT_PATH}", self.port)
    }

    /// The address as registered: the service ignores the port of loopback addresses.
    pub fn registered() -> String {
        format!("http://127.0.0.1{REDIRECT_PATH}")
    }
}
