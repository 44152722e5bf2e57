use http::Uri;
use vestibule_wire::{Endpoint, EndpointError};

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";

/// Returns the endpoint of instance metadata: the URL, if there is one, or else the address of the
/// mode, `IPv4` (the default) or `IPv6`, in any case.
///
/// A URL takes precedence over a mode, wherever either is set.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html> (read 2026-11)
///
/// # Errors
/// An invalid URL or mode.
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
            return Err(InstanceEndpointError::Mode {
                mode: vestibule_types::printable_short(mode, 80),
            });
        }
    };
    Endpoint::parse(url, None)
        .map_err(|error: EndpointError| InstanceEndpointError::Url(error.into()))
}

/// Error returned for an invalid endpoint of instance metadata.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceEndpointError {
    /// The URL is invalid.
    #[error("invalid endpoint of instance metadata: expected an http or https URL")]
    Url(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mode is invalid.
    #[error("`{mode}` is not a valid endpoint mode: expected `IPv4` or `IPv6`")]
    Mode {
        /// The configured mode, truncated.
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
    fn url_takes_precedence_over_mode_and_ipv4_is_the_default() {
        check(None, None, IPV4);
        check(None, Some("ipv4"), IPV4);
        check(None, Some("IpV6"), IPV6);
        check(Some("https://custom/base/"), Some("IPv7"), "https://custom/base");
        let expected = "`IPv7` is not a valid endpoint mode: expected `IPv4` or `IPv6`";
        check(None, Some("IPv7"), expected);
        let expected = "invalid endpoint of instance metadata: expected an http or https URL";
        for url in ["not a url", "/path", "169.254.169.254", "ftp://host", "http://me:x@host"] {
            check(Some(url), None, expected);
        }
    }
}
