use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use http::Uri;

/// The scheme, host and port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// Whether the scheme is `https`.
    pub is_secure: bool,
    /// The host, without the brackets of an IPv6 address.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Origin {
    /// Returns the origin of a URL; `None` if it is not an absolute `http` or `https` URL.
    pub fn from_uri(uri: &Uri) -> Option<Self> {
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

    /// Returns host and port as in a URL and a `Host` header, without a default port.
    pub fn authority(&self) -> String {
        let host = if self.host.as_bytes().contains(&b':') {
            &format!("[{}]", self.host)
        } else {
            &self.host
        };
        if self.port == default_port(self.is_secure) {
            host.clone()
        } else {
            format!("{host}:{}", self.port)
        }
    }

    /// Returns the host as an IP address, if it is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Returns true for loopback and link-local hosts, such as metadata services, which a proxy cannot
    /// reach for this machine.
    pub fn is_local(&self) -> bool {
        /// The IPv6 network of EC2's and EKS's metadata services: `fd00:ec2::/32`.
        const AWS_LOCAL: [u16; 2] = [0xfd00, 0xec2];
        match self.address().map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
            Some(IpAddr::V6(address)) => {
                address.is_loopback()
                    || address.is_unicast_link_local()
                    || Ipv6Addr::segments(&address).starts_with(&AWS_LOCAL)
            }
            None => self.is_within("localhost"),
        }
    }

    /// Returns true if the host is this domain or a subdomain of it.
    pub fn is_within(&self, domain: &str) -> bool {
        let host = self.host.trim_end_matches('.').to_ascii_lowercase();
        let rest = host.strip_suffix(&domain.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

/// Returns true if the value of a `Host` header is `127.0.0.1` or `localhost` with this port. A web
/// page that rebinds its own name to 127.0.0.1 sends that name.
#[inline]
pub fn is_loopback_host(host: &[u8], port: u16) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let (name, given) = host.split_once(':').unwrap_or((host, "80"));
    (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")) && given.parse() == Ok(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, shown: Option<&str>) {
        let origin = Origin::from_uri(&uri.parse().unwrap());
        assert_eq!(origin.as_ref().map(Origin::to_string).as_deref(), shown);
    }

    #[test]
    fn display_has_no_default_port_and_no_password() {
        check("https://x.test/a?b", Some("https://x.test"));
        check("https://me:pass@x.test:80/", Some("https://x.test:80"));
        check("http://[::1]:80/", Some("http://[::1]"));
        check("/a", None);
        check("ftp://x.test/", None);
    }

    fn origin(host: &str) -> Origin {
        Origin::from_uri(&format!("http://{host}/").parse().unwrap()).unwrap()
    }

    #[test]
    fn hosts_that_no_proxy_can_reach_for_this_machine_are_local() {
        let local = [
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "localhost",
            "LOCALHOST.",
            "app.localhost",
        ];
        for host in local {
            assert!(origin(host).is_local(), "{host}");
        }
        for host in ["10.0.0.1", "[fd00:ec3::1]", "[2001:db8::1]", "x.test", "notlocalhost"] {
            assert!(!origin(host).is_local(), "{host}");
        }
    }

    #[test]
    fn host_is_within_its_own_domain_and_those_above_it() {
        for domain in ["a.x.test", "x.test", "X.TEST", "test"] {
            assert!(origin("a.X.test.").is_within(domain), "{domain}");
        }
        for domain in ["b.a.x.test", "y.test", "ax.test", ".test.x"] {
            assert!(!origin("a.x.test").is_within(domain), "{domain}");
        }
        assert!(!origin("ax.test").is_within("x.test"));
    }

    #[test]
    fn only_a_host_that_is_an_ip_address_has_one() {
        assert_eq!(origin("169.254.169.254").address(), Some([169, 254, 169, 254].into()));
        assert_eq!(origin("[::1]:8080").address(), Some(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(origin("x.test").address(), None);
    }

    #[test]
    fn loopback_host_has_the_name_and_the_port_of_the_listener() {
        for host in ["127.0.0.1:4711", "localhost:4711", "LocalHost:4711"] {
            assert!(is_loopback_host(host.as_bytes(), 4711), "{host}");
        }
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.nip.io:4711", ""]
        {
            assert!(!is_loopback_host(host.as_bytes(), 4711), "{host}");
        }
        assert!(is_loopback_host(b"localhost", 80));
        assert!(!is_loopback_host(b"localhost\xff:80", 80));
    }
}
