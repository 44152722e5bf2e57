use std::fmt;

use vestibule_types::{Region, printable_short};

use crate::Site;

/// A page of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(String);

/// Error returned for an invalid page of the console.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDestination {
    /// A service name with characters other than lowercase letters, digits and `-`.
    #[error("invalid service name `{name}`: expected a name as in console URLs, such as `s3`")]
    Service {
        /// The name, truncated.
        name: String,
    },
    /// A URL with another scheme, another host, a port or a user.
    #[error("invalid console URL `{url}`: expected https://{console}/…")]
    Page {
        /// The URL, truncated.
        url: String,
        /// The host of the console.
        console: &'static str,
    },
}

impl Destination {
    /// Returns the home page.
    pub fn home(site: &Site) -> Self {
        Self::service_home(site, "console")
    }

    /// Returns the home page of a service, by its name in console URLs, such as `s3`.
    ///
    /// # Errors
    /// The name is invalid.
    pub fn service(site: &Site, name: &str) -> Result<Self, InvalidDestination> {
        let is_allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return Err(InvalidDestination::Service { name: printable_short(name, 80) });
        }
        Ok(Self::service_home(site, name))
    }

    /// Returns a page of the partition's console, in any region.
    ///
    /// # Errors
    /// The URL is not a page of the console.
    pub fn page(site: &Site, url: &str) -> Result<Self, InvalidDestination> {
        let console = site.console;
        let is_page = url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && url.strip_prefix("https://").is_some_and(|rest| {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                let prefix = host.to_ascii_lowercase();
                let prefix = prefix.strip_suffix(console);
                prefix.is_some_and(|prefix| prefix.is_empty() || is_subdomain(prefix))
            });
        if is_page {
            Ok(Self(url.to_owned()))
        } else {
            Err(InvalidDestination::Page { url: printable_short(url, 200), console })
        }
    }

    /// Returns the URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn service_home(site: &Site, service: &str) -> Self {
        let region = site.region.as_ref().map(Region::as_str);
        let region = region.map(|region| format!("?region={region}")).unwrap_or_default();
        Self(format!("https://{}/{service}/home{region}", site.console))
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether the text before the console host is a subdomain, such as `us-east-1.`.
fn is_subdomain(prefix: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    prefix.ends_with('.') && !prefix.starts_with('.') && prefix.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(region: &str) -> Site {
        Site::for_region(Some(&Region::new(region).unwrap())).unwrap()
    }

    #[test]
    fn service_page_is_in_the_partition_of_the_region() {
        for (region, expected) in [
            ("us-east-1", "https://console.aws.amazon.com/s3/home?region=us-east-1"),
            ("cn-north-1", "https://console.amazonaws.cn/s3/home?region=cn-north-1"),
            ("us-gov-west-1", "https://console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1"),
        ] {
            assert_eq!(Destination::service(&site(region), "s3").unwrap().as_str(), expected);
        }
        let home = Destination::home(&Site::for_region(None).unwrap());
        assert_eq!(home.as_str(), "https://console.aws.amazon.com/console/home");
        for name in ["", "S3", "s3/../x", "s3?x", "a b"] {
            assert!(Destination::service(&site("us-east-1"), name).is_err(), "{name}");
        }
        assert_eq!(
            Site::for_region(Some(&Region::new("us-iso-east-1").unwrap())).unwrap_err().partition,
            "aws-iso"
        );
    }

    #[test]
    fn page_outside_the_console_is_an_error() {
        let site = site("us-east-1");
        for url in [
            "https://console.aws.amazon.com",
            "https://console.aws.amazon.com/ec2/v2/home?region=eu-west-1#Instances:",
            "https://us-east-1.console.aws.amazon.com/lambda/home",
            "https://S3.Console.AWS.amazon.com?x",
        ] {
            assert_eq!(Destination::page(&site, url).unwrap().as_str(), url);
        }
        for url in [
            "",
            "http://console.aws.amazon.com/",
            "https://console.aws.amazon.com.example/",
            "https://console.aws.amazon.com@example.com/",
            "https://example.com/console.aws.amazon.com",
            "https://example.com\\.console.aws.amazon.com/",
            "https://user@console.aws.amazon.com/",
            "https://evilconsole.aws.amazon.com/",
            "https://.console.aws.amazon.com/",
            "https://console.aws.amazon.com:8443/",
            "https://console.amazonaws.cn/",
            "https://console.aws.amazon.com/a b",
            "javascript:alert(1)",
        ] {
            assert!(Destination::page(&site, url).is_err(), "{url}");
        }
    }
}
