use http::Uri;
use vestibule_wire::{Endpoint, EndpointError};

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";

/// Where instance metadata answers: at the URL, if there is one, else at the address of the mode,
/// `IPv4` or `IPv6` in any case. Default: `IPv4`.
///
/// A URL from anywhere comes before a mode from anywhere, and makes it meaningless.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html> (read 2026-11)
///
/// # Errors
/// A URL that is none, or another mode.
pub fn instance_endpoint(
    url: Option<&str>,
    mode: Option<&str>,
) -> Result<Endpoint, InstanceEndpointError> {
    let url = match (url, mode) {
        (Some(url), _) => {
            url.parse::<Uri>().map_err(|source| InstanceEndpointError::Url(source.into()))?;
            url
        }
        (None, None) => IPV4,
        (None, Some(mode)) if mode.eq_ignore_ascii_case("IPv4") => IPV4,
        (None, Some(mode)) if mode.eq_ignore_ascii_case("IPv6") => IPV6,
        (None, Some(mode)) => {
            return Err(InstanceEndpointError::Mode { mode: vestibule_wire::printable(mode, 80) });
        }
    };
    Endpoint::at(url, None).map_err(|error: EndpointError| InstanceEndpointError::Url(error.into()))
}

/// Why it is not known where instance metadata answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceEndpointError {
    /// The URL is none.
    #[error("the endpoint of instance metadata is not an http or https URL")]
    Url(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mode is none.
    #[error("`{mode}` is not a valid endpoint mode: expected `IPv4` or `IPv6`")]
    Mode {
        /// What was said instead.
        mode: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: Option<&str>, mode: Option<&str>, expected: &str) {
        let found = instance_endpoint(url, mode);
        let found = found.map_or_else(|error| error.to_string(), |at| at.url().to_owned());
        assert_eq!(found, expected);
    }

    #[test]
    fn a_url_before_a_mode_before_ipv4() {
        check(None, None, IPV4);
        check(None, Some("ipv4"), IPV4);
        check(None, Some("IpV6"), IPV6);
        check(Some("https://custom/base/"), Some("IPv7"), "https://custom/base");
        let expected = "`IPv7` is not a valid endpoint mode: expected `IPv4` or `IPv6`";
        check(None, Some("IPv7"), expected);
        let expected = "the endpoint of instance metadata is not an http or https URL";
        for url in ["not a url", "/path", "169.254.169.254", "ftp://host", "http://me:x@host"] {
            check(Some(url), None, expected);
        }
    }
}
