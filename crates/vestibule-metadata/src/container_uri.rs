use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;
use vestibule_types::Vars;
use vestibule_wire::Endpoint;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// Where a relative URI begins: the agent of ECS.
const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
/// Those who may be asked without encryption, besides loopback: ECS, and EKS Pod Identity twice.
const ALLOWED: [IpAddr; 3] = [
    IpAddr::V4(ECS),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23)),
];

/// Where a container asks for its credentials, checked: a token is sent there.
///
/// Over HTTPS that may be any host. Over HTTP it has to be loopback, ECS or EKS Pod Identity; a
/// name has to be `localhost`, or to have no other addresses than these.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerUri {
    at: Endpoint,
    path: String,
    variable: &'static str,
}

impl ContainerUri {
    /// The one that the environment names, if it names one: the relative URI before the full one,
    /// as all SDKs but an older Go have it. Blank means unset.
    ///
    /// `addresses` gives the addresses of a host, and is asked only for a name other than
    /// `localhost` that is to be called without encryption.
    ///
    /// # Errors
    /// What is set is no URI, or one that may not be asked.
    pub fn choose(
        vars: &Vars,
        addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
    ) -> Result<Option<Self>, ContainerUriError> {
        let filled = |name| vars.get(name).filter(|text| !text.trim().is_empty());
        match (filled(RELATIVE), filled(FULL)) {
            (Some(path), _) => relative(path).map(Some),
            (None, Some(url)) => full(url, addresses).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Scheme, host and port.
    pub fn endpoint(&self) -> &Endpoint {
        &self.at
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The variable that names it.
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

/// Why a container cannot ask for its credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerUriError {
    /// It cannot be read as what the variable is for.
    #[error("{variable} is not {expected}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// What it should be.
        expected: &'static str,
        /// Why it is not.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The full URI has no host.
    #[error("{FULL} has no host")]
    NoHost,
    /// The host is a stranger, and would be sent a token in the clear.
    #[error(
        "{FULL} may not be `http` for the host `{host}`: only for loopback, 169.254.170.2, \
         169.254.170.23 and [fd00:ec2::23]"
    )]
    NotAllowed {
        /// The host.
        host: String,
    },
    /// The host is a name without addresses.
    #[error("the host `{host}` of {FULL} could not be resolved")]
    Unresolved {
        /// The host.
        host: String,
        /// What the machine says.
        source: io::Error,
    },
}

impl ContainerUriError {
    /// The variable at fault.
    pub fn variable(&self) -> &'static str {
        match self {
            Self::Invalid { variable, .. } => variable,
            _ => FULL,
        }
    }
}

fn relative(text: &str) -> Result<ContainerUri, ContainerUriError> {
    let invalid = |source| invalid(RELATIVE, "the path of a URI", source);
    if !text.starts_with('/') {
        return Err(invalid("it does not begin with `/`".into()));
    }
    let uri: Uri = text.parse().map_err(|error| invalid(Box::new(error)))?;
    build(&format!("http://{ECS}"), &uri, RELATIVE).map_err(invalid)
}

fn full(
    text: &str,
    addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
) -> Result<ContainerUri, ContainerUriError> {
    let invalid = |source| invalid(FULL, "an http or https URI", source);
    let uri: Uri = text.parse().map_err(|error| invalid(Box::new(error)))?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(ContainerUriError::NoHost)?;
    if uri.scheme() != Some(&Scheme::HTTPS) && !may_be_asked(host, addresses)? {
        return Err(ContainerUriError::NotAllowed { host: host.to_owned() });
    }
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    build(&format!("{scheme}://{authority}"), &uri, FULL).map_err(invalid)
}

/// Whether a host may be asked without encryption.
fn may_be_asked(
    host: &str,
    addresses: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>,
) -> Result<bool, ContainerUriError> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse() {
        return Ok(is_allowed(&address));
    }
    // RFC 6761: the name stands for loopback, whoever is asked.
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
    Ok(ContainerUri { at: Endpoint::at(base, None)?, path, variable })
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
        let found = match ContainerUri::choose(&vars, addresses) {
            Ok(Some(uri)) => format!("{}{}", uri.endpoint().url(), uri.path()),
            Ok(None) => "nothing".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn relative_before_full_and_blank_is_unset() {
        check(&[], "nothing");
        check(&[(RELATIVE, " "), (FULL, "")], "nothing");
        check(&[(RELATIVE, "/v2?id=1&x"), (FULL, "https://a/")], "http://169.254.170.2/v2?id=1&x");
        check(&[(RELATIVE, ""), (FULL, "https://a")], "https://a/");
    }

    #[test]
    fn a_relative_uri_never_changes_the_host() {
        check(&[(RELATIVE, "//evil.test/x")], "http://169.254.170.2//evil.test/x");
        let refused = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not the path of a URI";
        for text in ["evil.test", "@evil.test/", ".evil.test/", "http://evil.test/", "/a b", ":80/"]
        {
            check(&[(RELATIVE, text)], refused);
        }
    }

    #[test]
    fn https_may_go_anywhere() {
        check(&[(FULL, "https://anywhere.test:8443/a?b")], "https://anywhere.test:8443/a?b");
    }

    #[test]
    fn http_stays_inside() {
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
            let refused = format!(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI may not be `http` for the host `{host}`: only \
                 for loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23]"
            );
            check(&[(FULL, &format!("http://{host}/"))], &refused);
        }
        check(
            &[(FULL, "http://unknown/")],
            "the host `unknown` of AWS_CONTAINER_CREDENTIALS_FULL_URI could not be resolved",
        );
    }

    #[test]
    fn what_is_no_uri_is_refused_without_its_password() {
        check(&[(FULL, "/path")], "AWS_CONTAINER_CREDENTIALS_FULL_URI has no host");
        let refused = "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http or https URI";
        for url in ["https://a b/", "http://", "https://me:pass@host/", "inside", "ftp://inside/"] {
            check(&[(FULL, url)], refused);
        }
    }
}
