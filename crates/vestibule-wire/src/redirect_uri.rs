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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_uri_is_that_of_a_request_without_its_port() {
        assert_eq!(RedirectUri::loopback(4321).address(), "http://127.0.0.1:4321/oauth/callback");
        assert_eq!(RedirectUri::registered(), "http://127.0.0.1/oauth/callback");
    }
}
