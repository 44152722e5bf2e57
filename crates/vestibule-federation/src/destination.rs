use std::fmt;

use vestibule_types::Region;
use vestibule_wire::printable;

use crate::Site;

/// A page of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(String);

/// What is no page of the console.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDestination {
    /// Something else than small letters, digits and `-`.
    #[error(
        "`{name}` is not how a service is called in the console's addresses: expected a name such as `s3`"
    )]
    Service {
        /// The name given, cut to a line.
        name: String,
    },
    /// Another scheme, another host, a port or a user.
    #[error("`{url}` is not a page of the console: expected https://{console}/…")]
    Page {
        /// The URL given, cut to a line.
        url: String,
        /// The host of the console.
        console: &'static str,
    },
}

impl Destination {
    /// The page that the console begins with.
    pub fn home(site: &Site) -> Self {
        Self::first_page(site, "console")
    }

    /// The first page of a service, as its addresses call it: `s3`, `cloudwatch`.
    ///
    /// # Errors
    /// The name is none.
    pub fn service(site: &Site, name: &str) -> Result<Self, InvalidDestination> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(InvalidDestination::Service { name: printable(name, 80) });
        }
        Ok(Self::first_page(site, name))
    }

    /// This page, if it is one of the partition's console, in any of its regions.
    ///
    /// # Errors
    /// It is not: a link that signs somebody in leads nowhere else.
    pub fn page(site: &Site, url: &str) -> Result<Self, InvalidDestination> {
        let console = site.console;
        let is_page = url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && url.strip_prefix("https://").is_some_and(|rest| {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                let part = host.to_ascii_lowercase();
                let part = part.strip_suffix(console);
                part.is_some_and(|part| part.is_empty() || is_subdomain(part))
            });
        if is_page {
            Ok(Self(url.to_owned()))
        } else {
            Err(InvalidDestination::Page { url: printable(url, 200), console })
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn first_page(site: &Site, service: &str) -> Self {
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

/// `us-east-1.` and the like, before the host that all share.
fn is_subdomain(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    part.ends_with('.') && !part.starts_with('.') && part.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(region: &str) -> Site {
        Site::of(Some(&Region::new(region).unwrap())).unwrap()
    }

    #[test]
    fn services_begin_in_the_partition_of_the_region() {
        for (region, expected) in [
            ("us-east-1", "https://console.aws.amazon.com/s3/home?region=us-east-1"),
            ("cn-north-1", "https://console.amazonaws.cn/s3/home?region=cn-north-1"),
            ("us-gov-west-1", "https://console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1"),
        ] {
            assert_eq!(Destination::service(&site(region), "s3").unwrap().as_str(), expected);
        }
        let home = Destination::home(&Site::of(None).unwrap());
        assert_eq!(home.as_str(), "https://console.aws.amazon.com/console/home");
        for name in ["", "S3", "s3/../x", "s3?x", "a b"] {
            assert!(Destination::service(&site("us-east-1"), name).is_err(), "{name}");
        }
        assert_eq!(
            Site::of(Some(&Region::new("us-iso-east-1").unwrap())).unwrap_err().partition,
            "aws-iso"
        );
    }

    #[test]
    fn a_page_is_on_the_console_of_the_partition() {
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
