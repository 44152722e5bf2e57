use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::InvalidHeaderValue;
use http::{HeaderValue, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use vestibule_wire::Origin;
use vestibule_world::Vars;

use crate::error::{Error, ErrorKind, Result};

/// An HTTP proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) origin: Origin,
    /// Its address, without user and password.
    pub(crate) uri: Uri,
    /// The value of `Proxy-Authorization`, if the address has a user.
    pub(crate) authorization: Option<HeaderValue>,
    /// The variable that names it.
    pub(crate) variable: &'static str,
}

/// Error returned when a variable does not name a valid proxy. It never contains the value, which
/// may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum InvalidProxy {
    #[error("not the address of an HTTP proxy, such as http://proxy.example.com:8080")]
    Address,
    #[error("only proxies with http:// or https:// are supported")]
    Scheme,
    #[error("the port is not a number up to 65535")]
    Port,
    #[error(
        "the user or password has a character that must be percent-encoded: \
         @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25"
    )]
    Password,
}

#[derive(Debug, thiserror::Error)]
#[error("{variable} is not valid")]
pub(crate) struct InvalidVariable {
    pub(crate) variable: &'static str,
    source: InvalidProxy,
}

#[derive(Debug, thiserror::Error)]
#[error("the proxy {address} ({variable})")]
pub(crate) struct ProxyError {
    address: String,
    pub(crate) variable: &'static str,
    pub(crate) source: Error,
}

impl Proxy {
    /// Adds the proxy, and the variable that names it, to an error of the connection to it.
    pub(crate) fn wrap_error(&self, source: Error) -> Error {
        let kind = match source.kind() {
            ErrorKind::Resolve | ErrorKind::Connect => ErrorKind::Proxy,
            kind => kind,
        };
        let (address, variable) = (self.origin.to_string(), self.variable);
        Error::new(kind, ProxyError { address, variable, source })
    }
}

/// Returns the proxy for a host, from the environment.
///
/// The variables are those of curl, upper case first. `HTTP_PROXY` is ignored in a CGI program,
/// where the header `Proxy` of a request sets it. Loopback and link-local addresses, such as those
/// of metadata services, are always connected to directly.
///
/// The rules are our own, since the matcher of hyper-util reports neither an invalid variable nor
/// the entry of `NO_PROXY` that matched, and knows no ports, no `*.` and no blanks in it.
pub(crate) fn proxy_for(vars: &Vars, to: &Origin) -> Result<Option<Proxy>> {
    let Some((variable, value)) = proxy_variable(vars, to) else { return Ok(None) };
    if to.is_local() || no_proxy_entry(vars, to).is_some() {
        return Ok(None);
    }
    let invalid = |source| Error::new(ErrorKind::Local, InvalidVariable { variable, source });
    parse(value, variable).map(Some).map_err(invalid)
}

fn proxy_variable<'v>(vars: &'v Vars, to: &Origin) -> Option<(&'static str, &'v str)> {
    let own = if to.is_secure {
        vars.first(&["HTTPS_PROXY", "https_proxy"])
    } else if vars.get("REQUEST_METHOD").is_some() {
        None
    } else {
        vars.first(&["HTTP_PROXY", "http_proxy"])
    };
    own.or_else(|| vars.first(&["ALL_PROXY", "all_proxy"]))
}

/// Returns the error for a response of a proxy that is not from the host.
pub(crate) fn refused(status: StatusCode) -> Error {
    let message = match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            format!("HTTP {status}: user or password is missing or wrong")
        }
        _ => format!("HTTP {status}"),
    };
    let kind = if status.is_server_error() { ErrorKind::Proxy } else { ErrorKind::ProxyRefused };
    Error::new(kind, message)
}

/// Parses `http://user:password@host:port`. The scheme defaults to `http`.
fn parse(value: &str, variable: &'static str) -> std::result::Result<Proxy, InvalidProxy> {
    let value = value.trim();
    let (scheme, rest) = vestibule_types::split_scheme(value).unwrap_or(("http", value));
    let (user, address) = match rest.rsplit_once('@') {
        Some((user, address)) => (Some(user), address),
        None => (None, rest),
    };
    if user.is_some_and(|user| !is_percent_encoded(user)) {
        return Err(InvalidProxy::Password);
    }
    if !["http", "https"].contains(&&*scheme.to_ascii_lowercase()) {
        return Err(InvalidProxy::Scheme);
    }
    let host_and_port = address.split(['/', '?', '#']).next().unwrap_or_default();
    let after_host = host_and_port.rsplit_once(']').map_or(host_and_port, |(_, port)| port);
    if after_host.split_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err()) {
        return Err(InvalidProxy::Port);
    }
    let uri: Uri =
        format!("{scheme}://{host_and_port}").parse().map_err(|_| InvalidProxy::Address)?;
    let origin = Origin::from_uri(&uri).ok_or(InvalidProxy::Address)?;
    let uri = origin.to_string().parse().map_err(|_| InvalidProxy::Address)?;
    let authorization = user.map(basic).transpose().map_err(|_| InvalidProxy::Password)?;
    Ok(Proxy { origin, uri, authorization, variable })
}

/// Returns true if a user and password have only characters that a URL can have there.
fn is_percent_encoded(user: &str) -> bool {
    let escapes_are_valid = user.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let is_reserved = |c| matches!(c, '@' | '/' | '#' | '?' | '[' | ']' | '\\');
    escapes_are_valid && !user.contains(|c: char| is_reserved(c) || c.is_whitespace())
}

fn basic(user: &str) -> std::result::Result<HeaderValue, InvalidHeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut pair: Vec<u8> = percent_decode_str(name).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair)))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns the entry of `NO_PROXY` that names a host, if there is one.
///
/// Entries are separated by commas or blanks, as in curl. An entry is `*`, an address, a network
/// such as `10.0.0.0/8`, or a domain, which includes its subdomains, also if it is written
/// `.example.com` or `*.example.com`; as in Go, a port limits it to that port.
pub(crate) fn no_proxy_entry<'v>(vars: &'v Vars, to: &Origin) -> Option<&'v str> {
    let (_, entries) = vars.first(&["NO_PROXY", "no_proxy"])?;
    let mut entries = entries.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
    entries.find(|entry| is_named_by(to, entry))
}

fn is_named_by(to: &Origin, entry: &str) -> bool {
    let (name, port) = split_port(entry);
    if port.is_some_and(|port| port != to.port) {
        return false;
    }
    match to.address() {
        _ if name == "*" => true,
        Some(address) => is_in_network(address, name),
        None => {
            let domain = name.strip_prefix('*').unwrap_or(name);
            let domain = domain.strip_prefix('.').unwrap_or(domain);
            !domain.is_empty() && to.is_within(domain.trim_end_matches('.'))
        }
    }
}

/// Splits a port off an entry; the colons of an IPv6 address are not a port's unless it is in
/// brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((address, rest)) = entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (address, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        Some((name, port)) if !port.as_bytes().contains(&b':') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Returns true if the address is equal to the other, or in the network `address/prefix`.
fn is_in_network(address: IpAddr, network: &str) -> bool {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, length.parse().ok()),
        None => (network, Some(128)),
    };
    let (Ok(base), Some(length)) = (base.parse(), length) else { return false };
    let differing = match (address, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) => u128::from(a.to_bits() ^ b.to_bits()) << 96,
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() ^ b.to_bits(),
        _ => return false,
    };
    differing.leading_zeros() >= u32::min(length, 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "http://proxy.test:3128";

    /// Checks the proxy for requests to a URL.
    #[track_caller]
    fn check(vars: &[(&str, &str)], to: &str, expected: Option<&str>) {
        let origin = Origin::from_uri(&to.parse().unwrap()).unwrap();
        let proxy = proxy_for(&vars.iter().copied().collect(), &origin).unwrap();
        assert_eq!(proxy.map(|proxy| proxy.origin.to_string()).as_deref(), expected, "{to}");
    }

    #[test]
    fn each_scheme_has_its_own_variable() {
        let both = [("HTTP_PROXY", PROXY), ("HTTPS_PROXY", "proxy.test")];
        check(&both, "http://a.test/", Some(PROXY));
        check(&both, "https://a.test/", Some("http://proxy.test"));
        check(&[("HTTP_PROXY", PROXY)], "https://a.test/", None);
        check(&[("all_proxy", PROXY), both[1]], "http://a.test/", Some(PROXY));
        check(&[("http_proxy", "x.test"), both[0]], "http://a.test/", Some(PROXY));
        check(&[], "http://a.test/", None);
    }

    #[test]
    fn http_proxy_is_ignored_in_a_cgi_program() {
        let cgi = [("HTTP_PROXY", "evil.test"), ("REQUEST_METHOD", "GET")];
        check(&cgi, "http://a.test/", None);
        check(&[cgi[0], cgi[1], ("HTTPS_PROXY", PROXY)], "https://a.test/", Some(PROXY));
    }

    #[test]
    fn loopback_and_link_local_hosts_have_no_proxy() {
        for host in [
            "127.0.0.1",
            "127.1.2.3:4711",
            "localhost",
            "LocalHost:80",
            "app.localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "[fd00:ec2::254]",
            "[fd00:ec2::23]",
            "[fe80::1]",
        ] {
            check(&[("ALL_PROXY", PROXY)], &format!("http://{host}/"), None);
        }
        for host in ["notlocalhost", "localhost.test", "10.0.0.1", "[fd00::1]"] {
            check(&[("ALL_PROXY", PROXY)], &format!("http://{host}/"), Some(PROXY));
        }
    }

    #[track_caller]
    fn check_excluded(exclusions: &str, host: &str, expected: bool) {
        let expected = if expected { None } else { Some(PROXY) };
        let vars = [("ALL_PROXY", PROXY), ("NO_PROXY", exclusions)];
        check(&vars, &format!("https://{host}/"), expected);
    }

    #[test]
    fn no_proxy_matches_domains_addresses_and_networks() {
        for list in ["amazonaws.com", ".amazonaws.com", " x.test , AmazonAWS.com ", "*"] {
            check_excluded(list, "oidc.us-east-1.amazonaws.com", true);
            check_excluded(list, "amazonaws.com", true);
        }
        check_excluded("amazonaws.com", "notamazonaws.com", false);
        check_excluded("oidc.amazonaws.com", "amazonaws.com", false);
        check_excluded("", "amazonaws.com", false);
        check_excluded(",", "amazonaws.com", false);
        check_excluded("10.0.0.1", "10.0.0.1", true);
        check_excluded("10.0.0.1", "10.0.0.10", false);
        check_excluded("10.0.0.0/8", "10.1.2.3", true);
        check_excluded("10.0.0.0/8", "11.1.2.3", false);
        check_excluded("0.0.0.0/0", "11.1.2.3", true);
        check_excluded("0.0.0.0/0", "[2001:db8::1]", false);
        check_excluded("2001:db8::/32", "[2001:db8:1::1]", true);
        check_excluded("2001:db8::/32", "[2001:db9::1]", false);
        check_excluded("10.0.0.0/x", "10.0.0.0", false);
        check_excluded("10.0.0.0/8", "a.10.0.0.0", false);
    }

    #[test]
    fn user_and_password_are_decoded_and_never_shown() {
        let proxy = parse("me:p%40ss@proxy.test:3128", "HTTPS_PROXY").unwrap();
        assert_eq!(proxy.origin.to_string(), PROXY);
        assert_eq!(proxy.authorization.as_ref().unwrap(), "Basic bWU6cEBzcw==");
        assert!(format!("{proxy:?}").contains("Sensitive"), "{proxy:?}");
        assert_eq!(
            parse("http://me@x", "HTTPS_PROXY").unwrap().authorization.unwrap(),
            "Basic bWU6"
        );
    }

    #[test]
    fn invalid_proxy_is_explained_without_its_value() {
        use InvalidProxy::{Address, Password, Port, Scheme};
        for (value, expected) in [
            ("", Address),
            ("http://", Address),
            ("http://a b", Address),
            ("http://me:pass@", Address),
            ("socks5://x", Scheme),
            ("ftp://x", Scheme),
            ("http://proxy.test:99999", Port),
            ("http://proxy.test:65536", Port),
            ("proxy.test:port", Port),
            ("http://me:hidden", Port),
            ("http://[::1]:99999", Port),
            ("http://me:hid@den@proxy.test:3128", Password),
            ("http://me:hid#den@proxy.test:3128", Password),
            ("http://me:hid/den@proxy.test:3128", Password),
            ("http://me:hid?den@proxy.test:3128", Password),
            ("http://me:100%@proxy.test:3128", Password),
            ("me:hid den@proxy.test", Password),
        ] {
            let error = parse(value, "HTTPS_PROXY").unwrap_err();
            assert_eq!(error, expected, "{value}");
            assert!(!error.to_string().contains("hid"), "{error}");
        }
        for value in ["proxy.test", "proxy.test:65535/", "HTTP://proxy.test", "http://[::1]:80"] {
            parse(value, "HTTPS_PROXY").unwrap();
        }
    }

    #[test]
    fn no_proxy_has_the_forms_of_curl_and_go() {
        for list in ["*.amazonaws.com", "x.test .amazonaws.com", "x.test\tamazonaws.com.", "*"] {
            check_excluded(list, "oidc.us-east-1.amazonaws.com", true);
        }
        check_excluded("amazonaws.com:443", "oidc.amazonaws.com", true);
        check_excluded("amazonaws.com:8443", "oidc.amazonaws.com", false);
        check_excluded("amazonaws.com:8443", "oidc.amazonaws.com:8443", true);
        check_excluded("10.0.0.1:443", "10.0.0.1", true);
        check_excluded("10.0.0.1:80", "10.0.0.1", false);
        check_excluded("2001:db8::1", "[2001:db8::1]", true);
        check_excluded("[2001:db8::1]", "[2001:db8::1]", true);
        check_excluded("[2001:db8::1]:443", "[2001:db8::1]", true);
        check_excluded("[2001:db8::1]:80", "[2001:db8::1]", false);
        check_excluded("*:443", "a.test", true);
        check_excluded(".", "a.test", false);
        check_excluded("*.", "a.test", false);
        check_excluded("amazonaws.com", "amazonaws.com.", true);
    }

    #[test]
    fn matching_no_proxy_entry_is_returned() {
        let vars = Vars::default().with("no_proxy", "a.test, *.amazonaws.com b.test");
        let origin = |url: &str| Origin::from_uri(&url.parse().unwrap()).unwrap();
        let entry = no_proxy_entry(&vars, &origin("https://sts.amazonaws.com/"));
        assert_eq!(entry, Some("*.amazonaws.com"));
        assert_eq!(no_proxy_entry(&vars, &origin("https://c.test/")), None);
    }
}
