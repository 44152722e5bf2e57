use std::net::{IpAddr, Ipv6Addr};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use vestibule_world::Vars;

use crate::error::{Error, ErrorKind, Result};
use crate::origin::Origin;

/// An HTTP proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) origin: Origin,
    /// Its address, without user and password.
    pub(crate) uri: Uri,
    /// The value of `Proxy-Authorization`, if the address has a user.
    pub(crate) authorization: Option<HeaderValue>,
}

/// Returns the proxy for a host, from the environment.
///
/// The variables are those of curl, upper case first. `HTTP_PROXY` is ignored in a CGI program,
/// where the header `Proxy` of a request sets it. Loopback and link-local addresses, such as those
/// of metadata services, are always connected to directly.
pub(crate) fn proxy_for(vars: &Vars, to: &Origin) -> Result<Option<Proxy>> {
    let own = if to.is_secure {
        vars.first(&["HTTPS_PROXY", "https_proxy"])
    } else if vars.get("REQUEST_METHOD").is_some() {
        None
    } else {
        vars.first(&["HTTP_PROXY", "http_proxy"])
    };
    let Some((variable, value)) = own.or_else(|| vars.first(&["ALL_PROXY", "all_proxy"])) else {
        return Ok(None);
    };
    let exclusions = vars.first(&["NO_PROXY", "no_proxy"]).map_or("", |(_, list)| list);
    if is_local(to) || is_excluded(to, exclusions) {
        return Ok(None);
    }
    parse(value).map(Some).ok_or_else(|| {
        // The value is not shown: it may hold a password.
        Error::new(ErrorKind::Local, format!("{variable} is not the address of an HTTP proxy"))
    })
}

/// Parses `http://user:password@host:port`. The scheme defaults to `http`.
fn parse(value: &str) -> Option<Proxy> {
    let value = value.trim();
    let uri: Uri = if value.contains("://") {
        value.parse().ok()?
    } else {
        format!("http://{value}").parse().ok()?
    };
    let user = uri.authority()?.as_str().rsplit_once('@').map(|(user, _)| user);
    let authorization = user.map(|user| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        let mut pair: Vec<u8> = percent_decode_str(name).collect();
        pair.push(b':');
        pair.extend(percent_decode_str(password));
        let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair)))?;
        value.set_sensitive(true);
        Ok::<_, http::Error>(value)
    });
    let authorization = authorization.transpose().ok()?;
    let origin = Origin::from_uri(&uri)?;
    let uri = origin.to_string().parse().ok()?;
    Some(Proxy { origin, uri, authorization })
}

/// Returns true for loopback and link-local hosts, which a proxy cannot reach for this machine.
fn is_local(to: &Origin) -> bool {
    /// The IPv6 network of EC2's and EKS's metadata services: `fd00:ec2::/32`.
    const AWS_LOCAL: [u16; 2] = [0xfd00, 0xec2];
    match to.address().map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        Some(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unicast_link_local()
                || Ipv6Addr::segments(&address).starts_with(&AWS_LOCAL)
        }
        None => is_within(&to.host, "localhost"),
    }
}

/// Returns true if `NO_PROXY` names the host: by `*`, an address, a network, or a domain, which
/// includes its subdomains.
fn is_excluded(to: &Origin, exclusions: &str) -> bool {
    let matches = |exclusion: &str| match to.address() {
        _ if exclusion == "*" => true,
        Some(address) => is_in_network(address, exclusion),
        None => is_within(&to.host, exclusion.strip_prefix('.').unwrap_or(exclusion)),
    };
    exclusions.split(',').map(str::trim).filter(|exclusion| !exclusion.is_empty()).any(matches)
}

fn is_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host.strip_suffix(&domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
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
        let proxy = parse("me:p%40ss@proxy.test:3128").unwrap();
        assert_eq!(proxy.origin.to_string(), PROXY);
        assert_eq!(proxy.authorization.as_ref().unwrap(), "Basic bWU6cEBzcw==");
        assert!(format!("{proxy:?}").contains("Sensitive"), "{proxy:?}");
        assert_eq!(parse("http://me@x").unwrap().authorization.unwrap(), "Basic bWU6");
        for value in ["", "socks5://x", "http://", "http://a b", "ftp://x", "http://me:pass@"] {
            assert!(parse(value).is_none(), "{value}");
        }
    }
}
