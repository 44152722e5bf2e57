use std::fmt;

/// An absolute `http` or `https` address: the only thing a browser is ever given.
///
/// What a service sends is input; `file:`, `javascript:` or an option for the browser's command
/// line never become one of these.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Checks the text.
    pub fn new(text: &str) -> Option<Self> {
        let uri: http::Uri = text.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let host = uri.host()?;
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        (matches!(scheme, "http" | "https") && !host.is_empty() && plain)
            .then(|| Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, for people to compare with what their browser shows.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The query may hold a `state` or a user code, so only the host is shown.
impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebAddress({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_reaches_a_browser() {
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
