use std::fmt;

use crate::{Endpoint, RequestError};

/// An absolute `http` or `https` URL that is safe to open in a browser.
///
/// URLs come from services and are untrusted: `file:`, `javascript:` and options of the browser's
/// command line are not valid.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Creates an address. `None` for any other text.
    pub fn new(text: &str) -> Option<Self> {
        let uri: http::Uri = text.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let host = uri.host()?;
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        (matches!(scheme, "http" | "https") && !host.is_empty() && is_printable)
            .then(|| Self(text.to_owned()))
    }

    /// Creates the address of a page of a service, with these pairs as its query.
    ///
    /// # Errors
    /// The address is not valid.
    pub fn with_query(
        endpoint: &Endpoint,
        path: &str,
        pairs: &[(&str, &str)],
    ) -> Result<Self, RequestError> {
        let page =
            pairs.iter().fold(endpoint.get(path), |page, (name, value)| page.query(name, value));
        let page = page.finish()?.uri().to_string();
        Self::new(&page).ok_or_else(|| RequestError::new("the address of the page"))
    }

    /// Returns the URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host and port, for the user to compare with the browser.
    pub fn host(&self) -> &str {
        vestibule_types::host_of(&self.0)
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows the host only: the query may contain a `state` or a user code.
impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebAddress({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_shown_with_its_port() {
        for (text, host) in [
            ("https://device.sso.test/?user_code=A-B", "device.sso.test"),
            ("http://127.0.0.1:8080#x", "127.0.0.1:8080"),
        ] {
            let address = WebAddress::new(text).unwrap();
            assert_eq!((address.host(), address.as_str()), (host, text));
            assert_eq!(address.to_string(), text);
            assert_eq!(format!("{address:?}"), format!("WebAddress({host})"));
        }
    }

    #[test]
    fn address_with_other_scheme_is_invalid() {
        for text in
            ["https://device.sso.us-east-1.amazonaws.com/?user_code=A-B", "http://127.0.0.1:1/"]
        {
            assert!(WebAddress::new(text).is_some(), "{text}");
        }
        for text in [
            "",
            "--version",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "device.sso",
            "/path",
            "https://",
            "https://a b/",
            "https://a/\nb",
            "HTTPS",
            "ftp://a/",
        ] {
            assert!(WebAddress::new(text).is_none(), "{text}");
        }
    }
}
