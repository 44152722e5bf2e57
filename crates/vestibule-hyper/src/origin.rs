use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// Scheme, host and port: whom a connection is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) is_secure: bool,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Origin {
    /// `None` for what is no absolute `http` or `https` URL.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        let is_secure = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let port = uri.port_u16().unwrap_or(default_port(is_secure));
        Some(Self { is_secure, host: bare.unwrap_or(host).to_owned(), port })
    }

    /// The host's address, where the host is one.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// As the `Host` header has it: the port only where it is not the usual one.
    pub(crate) fn authority(&self) -> String {
        if self.port == default_port(self.is_secure) {
            bracketed(&self.host)
        } else {
            self.host_and_port()
        }
    }

    /// As `CONNECT` has it.
    pub(crate) fn host_and_port(&self) -> String {
        format!("{}:{}", bracketed(&self.host), self.port)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http{}://{}", if self.is_secure { "s" } else { "" }, self.authority())
    }
}

fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, shown: Option<&str>, connect: &str) {
        let origin = Origin::of(&uri.parse().unwrap());
        assert_eq!(origin.as_ref().map(Origin::to_string).as_deref(), shown);
        assert_eq!(origin.map_or_else(String::new, |origin| origin.host_and_port()), connect);
    }

    #[test]
    fn shown_without_the_usual_port_and_without_a_password() {
        check("https://x.test/a?b", Some("https://x.test"), "x.test:443");
        check("https://me:pass@x.test:80/", Some("https://x.test:80"), "x.test:80");
        check("http://[::1]:80/", Some("http://[::1]"), "[::1]:80");
        check("/a", None, "");
        check("ftp://x.test/", None, "");
    }
}
