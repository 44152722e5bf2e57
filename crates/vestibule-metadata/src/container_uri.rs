use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;
use vestibule_types::Vars;
use vestibule_wire::Endpoint;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The host of relative URIs: the ECS agent.
const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
/// The addresses that may be used without encryption, besides loopback: ECS and EKS Pod Identity.
const ALLOWED: [IpAddr; 3] = [
    IpAddr::V4(ECS),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23)),
];

/// The URI of container credentials, validated because a token is sent to it.
///
/// HTTPS is allowed for any host. HTTP is allowed for loopback, ECS and EKS Pod Identity addresses, for
/// `localhost`, and for names that resolve to such addresses only.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerUri {
    endpoint: Endpoint,
    path: String,
    variable: &'static str,
}

impl ContainerUri {
    /// Returns the URI that the environment names. The relative URI takes precedence over the full one;
    /// blank means unset.
    ///
    /// `addresses` resolves a host name, and is called only for names other than `localhost` that are
    /// used over HTTP.
    ///
    /// # Errors
    /// An invalid URI, or one that is not allowed.
    pub fn from_vars(
        vars: &Vars,
        addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
    ) -> Result<Option<Self>, ContainerUriError> {
        let value = |name| vars.get(name).filter(|text| !text.trim().is_empty());
        match (value(RELATIVE), value(FULL)) {
            (Some(path), _) => parse_relative(path).map(Some),
            (None, Some(url)) => parse_full(url, addresses).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Returns scheme, host and port.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns path and query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the name of the variable.
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

/// Error returned for an invalid container URI.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerUriError {
    /// The value of the variable is invalid.
    #[error("invalid {variable}: expected {expected}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// The expected kind of value.
        expected: &'static str,
        /// The reason.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The full URI has no host.
    #[error("{FULL} has no host")]
    NoHost,
    /// The token would be sent unencrypted to a host that is not allowed.
    #[error(
        "{FULL} must use https for the host `{host}`: http is allowed for loopback, 169.254.170.2, \
         169.254.170.23 and [fd00:ec2::23] only"
    )]
    NotAllowed {
        /// The host.
        host: String,
    },
    /// The host name could not be resolved.
    #[error("could not resolve the host `{host}` of {FULL}")]
    Unresolved {
        /// The host.
        host: String,
        /// The error of the resolver.
        source: io::Error,
    },
}

impl ContainerUriError {
    /// Returns the name of the variable.
    pub fn variable(&self) -> &'static str {
        match self {
            Self::Invalid { variable, .. } => variable,
            _ => FULL,
        }
    }
}

fn parse_relative(text: &str) -> Result<ContainerUri, ContainerUriError> {
    let invalid = |source| invalid(RELATIVE, "the path of a URI", source);
    if !text.starts_with('/') {
        return Err(invalid("expected `/` at the beginning".into()));
    }
    let uri: Uri = text.parse().map_err(|error| invalid(Box::new(error)))?;
    build(&format!("http://{ECS}"), &uri, RELATIVE).map_err(invalid)
}

fn parse_full(
    text: &str,
    addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
) -> Result<ContainerUri, ContainerUriError> {
    let invalid = |source| invalid(FULL, "an http or https URI", source);
    let uri: Uri = text.parse().map_err(|error| invalid(Box::new(error)))?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(ContainerUriError::NoHost)?;
    if uri.scheme() != Some(&Scheme::HTTPS) && !allows_http(host, addresses)? {
        return Err(ContainerUriError::NotAllowed { host: host.to_owned() });
    }
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    build(&format!("{scheme}://{authority}"), &uri, FULL).map_err(invalid)
}

/// Returns whether HTTP is allowed for a host.
fn allows_http(
    host: &str,
    addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
) -> Result<bool, ContainerUriError> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse() {
        return Ok(is_allowed(&address));
    }
    // RFC 6761: the name always stands for loopback.
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(true);
    }
    let found = addresses(host);
    let found =
        found.map_err(|source| ContainerUriError::Unresolved { host: host.to_owned(), source })?;
    Ok(!found.is_empty() && found.iter().all(is_allowed))
}

fn is_allowed(address: &IpAddr) -> bool {
    address.is_loopback() || ALLOWED.contains(address)
}

fn build(
    base: &str,
    uri: &Uri,
    variable: &'static str,
) -> Result<ContainerUri, Box<dyn Error + Send + Sync>> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    Ok(ContainerUri { endpoint: Endpoint::parse(base, None)?, path, variable })
}

fn invalid(
    variable: &'static str,
    expected: &'static str,
    source: Box<dyn Error + Send + Sync>,
) -> ContainerUriError {
    ContainerUriError::Invalid { variable, expected, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(host: &str) -> io::Result<Vec<IpAddr>> {
        let texts: &[&str] = match host {
            "inside" => &["127.0.0.1", "::1", "169.254.170.23"],
            "mixed" => &["127.0.0.1", "72.21.210.29"],
            "empty" => &[],
            _ => return Err(io::ErrorKind::NotFound.into()),
        };
        Ok(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str) {
        let vars: Vars = vars.iter().copied().collect();
        let found = match ContainerUri::from_vars(&vars, addresses) {
            Ok(Some(uri)) => format!("{}{}", uri.endpoint().url(), uri.path()),
            Ok(None) => "unset".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn relative_uri_takes_precedence_and_blank_is_unset() {
        check(&[], "unset");
        check(&[(RELATIVE, " "), (FULL, "")], "unset");
        check(&[(RELATIVE, "/v2?id=1&x"), (FULL, "https://a/")], "http://169.254.170.2/v2?id=1&x");
        check(&[(RELATIVE, ""), (FULL, "https://a")], "https://a/");
    }

    #[test]
    fn relative_uri_cannot_change_the_host() {
        check(&[(RELATIVE, "//evil.test/x")], "http://169.254.170.2//evil.test/x");
        let error = "invalid AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: expected the path of a URI";
        for text in ["evil.test", "@evil.test/", ".evil.test/", "http://evil.test/", "/a b", ":80/"]
        {
            check(&[(RELATIVE, text)], error);
        }
    }

    #[test]
    fn https_is_allowed_for_any_host() {
        check(&[(FULL, "https://anywhere.test:8443/a?b")], "https://anywhere.test:8443/a?b");
    }

    #[test]
    fn http_is_allowed_for_local_hosts_only() {
        for url in [
            "http://127.0.0.1:8080/",
            "http://127.9.9.9/",
            "http://[::1]/a",
            "http://169.254.170.2/a",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
            "http://localhost:1/",
            "http://LocalHost/",
            "http://inside/",
        ] {
            check(&[(FULL, url)], url);
        }
        for host in [
            "169.254.169.254",
            "192.168.1.1",
            "[::2]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "mixed",
            "empty",
        ] {
            let error = format!(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must use https for the host `{host}`: http is \
                 allowed for loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] only"
            );
            check(&[(FULL, &format!("http://{host}/"))], &error);
        }
        check(
            &[(FULL, "http://unknown/")],
            "could not resolve the host `unknown` of AWS_CONTAINER_CREDENTIALS_FULL_URI",
        );
    }

    #[test]
    fn invalid_uri_is_an_error_without_its_password() {
        check(&[(FULL, "/path")], "AWS_CONTAINER_CREDENTIALS_FULL_URI has no host");
        let error = "invalid AWS_CONTAINER_CREDENTIALS_FULL_URI: expected an http or https URI";
        for url in ["https://a b/", "http://", "https://me:pass@host/", "inside", "ftp://inside/"] {
            check(&[(FULL, url)], error);
        }
    }
}
