use crate::name::{is_one_line, name};
use crate::{host_of, split_scheme};

name! {
    /// The address of an access portal, exactly as configured.
    ///
    /// It is never normalized: cache file names are hashes of these very bytes
    /// (`…/start`, `…/start/` and `…/start#/` are three files).
    /// [`StartUrl::is_same_portal`] ignores such differences.
    StartUrl, "a start URL", "an address such as `https://my-org.awsapps.com/start`", is_valid
}

/// Returns whether a text is one line, without a scheme other than HTTP. A portal's id without a
/// scheme is left to the service.
fn is_valid(text: &str) -> bool {
    let is_http = |scheme: &str| ["http", "https"].iter().any(|it| it.eq_ignore_ascii_case(scheme));
    is_one_line(text) && split_scheme(text.trim()).is_none_or(|(scheme, _)| is_http(scheme))
}

impl StartUrl {
    /// Returns whether both are the same portal: equal except for a `/`, `#` or `#/` at the end.
    pub fn is_same_portal(&self, other: &Self) -> bool {
        self.bare() == other.bare()
    }

    /// Returns whether the scheme is `https`, which a sign-in requires.
    pub fn is_https(&self) -> bool {
        self.as_str().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// Returns the host, for comparison with the address in the browser.
    pub fn host(&self) -> &str {
        host_of(self.as_str())
    }

    fn bare(&self) -> &str {
        self.as_str().trim_end_matches(['/', '#'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_urls_with_other_endings_are_the_same_place() {
        let url = |text| StartUrl::new(text).unwrap();
        let plain = url("https://d-1.awsapps.com/start");
        for other in ["https://d-1.awsapps.com/start/", "https://d-1.awsapps.com/start#/"] {
            assert!(plain.is_same_portal(&url(other)), "{other}");
            assert_ne!(plain, url(other));
        }
        assert!(!plain.is_same_portal(&url("https://d-2.awsapps.com/start")));
        assert_eq!(plain.host(), "d-1.awsapps.com");
    }

    #[test]
    fn scheme_other_than_http_is_an_error() {
        for text in ["ftp://x", "file:///etc/passwd", "javascript://x", "://x", ""] {
            assert!(StartUrl::new(text).is_err(), "{text}");
        }
        for text in ["http://localhost:4500/start", "d-1234567890", "HTTPS://x.test/start#/"] {
            assert!(StartUrl::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn https_scheme_is_recognized_in_any_case() {
        assert!(StartUrl::new("HTTPS://x.test/start").unwrap().is_https());
        assert!(!StartUrl::new("http://x.test/start").unwrap().is_https());
        assert!(!StartUrl::new("d-1234567890").unwrap().is_https());
    }
}
