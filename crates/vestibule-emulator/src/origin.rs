use http::header::HOST;
use vestibule_types::Region;
use vestibule_wire::{Partition, Request};

use crate::operation::Service;

/// The scheme, host and port that a request was sent to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `SCHEME://HOST:PORT`.
    pub(crate) base: String,
    /// The host, if its name is one of AWS's.
    pub(crate) host: Option<AwsHost>,
}

/// A host name of AWS, parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AwsHost {
    pub(crate) role: HostRole,
    pub(crate) region: Region,
}

/// The purpose of an AWS host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostRole {
    Service(Service),
    /// `device.sso.{region}.amazonaws.com`, the page where users type user codes.
    Verification,
}

impl Origin {
    pub(crate) fn of_request(request: &Request) -> Self {
        let uri = request.uri();
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let authority = uri.authority().map(http::uri::Authority::as_str).or(host);
        let authority = authority.unwrap_or("localhost");
        let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
        Self {
            base: format!("{}://{authority}", uri.scheme_str().unwrap_or("http")),
            host: AwsHost::parse(name),
        }
    }

    /// Returns whether the host is this computer.
    pub(crate) fn is_loopback(&self) -> bool {
        let uri = self.base.parse::<http::Uri>().ok();
        let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
    }

    /// Returns the `verificationUri` of a device authorization.
    pub(crate) fn verification_uri(&self) -> String {
        match &self.host {
            Some(AwsHost { region, .. }) => {
                format!("https://device.sso.{region}.{}/", Partition::for_region(region).dns_suffix)
            }
            None => format!("{}/device", self.base),
        }
    }

    /// Returns the region in the host name, or `default` if the name has none.
    pub(crate) fn region<'a>(&'a self, default: &'a Region) -> &'a Region {
        self.host.as_ref().map_or(default, |host| &host.region)
    }

    /// Returns whether the host belongs to a service and serves no pages.
    pub(crate) fn is_service_host(&self) -> bool {
        self.host.as_ref().is_some_and(|host| matches!(host.role, HostRole::Service(_)))
    }

    /// Returns whether the host name has this region, or no region.
    pub(crate) fn is_in_region(&self, region: &Region) -> bool {
        self.host.as_ref().is_none_or(|host| host.region == *region)
    }
}

impl AwsHost {
    /// Parses `oidc.us-east-1.amazonaws.com` and the like, in every partition, with the FIPS and
    /// dual-stack variants.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if name == "sts.amazonaws.com" {
            let region = Region::new("us-east-1").ok()?;
            return Some(Self { role: HostRole::Service(Service::Sts), region });
        }
        if let Some(region) = console_region(&name) {
            return Some(Self { role: HostRole::Service(Service::Console), region });
        }
        let (role, rest) = HOST_PREFIXES.iter().find_map(|(prefix, role)| {
            let rest = name.strip_prefix(prefix)?;
            let rest = rest.strip_prefix("-fips").unwrap_or(rest);
            Some((*role, rest.strip_prefix('.')?))
        })?;
        let (region, suffix) = rest.split_once('.')?;
        let region = Region::new(region).ok()?;
        let partition = Partition::for_region(&region);
        let is_aws = [partition.dns_suffix, partition.dual_stack_dns_suffix].contains(&suffix);
        is_aws.then_some(Self { role, region })
    }
}

const HOST_PREFIXES: [(&str, HostRole); 8] = [
    ("oidc", HostRole::Service(Service::Oidc)),
    ("portal.sso", HostRole::Service(Service::Portal)),
    ("sts", HostRole::Service(Service::Sts)),
    ("signin", HostRole::Service(Service::Console)),
    ("eks", HostRole::Service(Service::Eks)),
    ("fips.eks", HostRole::Service(Service::Eks)),
    ("rolesanywhere", HostRole::Service(Service::RolesAnywhere)),
    ("device.sso", HostRole::Verification),
];

/// Returns the region of a console host such as `us-east-1.signin.aws.amazon.com`.
fn console_region(name: &str) -> Option<Region> {
    // The global host is in us-east-1.
    let (region, rest) =
        if name == "signin.aws.amazon.com" { ("us-east-1", name) } else { name.split_once('.')? };
    let domain = rest.strip_prefix("signin")?;
    let domain = domain.strip_prefix("-fips").unwrap_or(domain).strip_prefix('.')?;
    let region = Region::new(region).ok()?;
    let partition = Partition::for_region(&region).id;
    CONSOLE_DOMAINS.contains(&(partition, domain)).then_some(region)
}

/// Partitions and their console domains, which differ from those of the other services.
const CONSOLE_DOMAINS: [(&str, &str); 8] = [
    ("aws", "aws.amazon.com"),
    ("aws-cn", "amazonaws.cn"),
    ("aws-eusc", "amazonaws-eusc.eu"),
    ("aws-iso", "c2shome.ic.gov"),
    ("aws-iso-b", "sc2shome.sgov.gov"),
    ("aws-iso-e", "csphome.adc-e.uk"),
    ("aws-iso-f", "csphome.hci.ic.gov"),
    ("aws-us-gov", "amazonaws-us-gov.com"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verification_uri_is_on_the_host_of_the_request() {
        let verification_uri = |uri: &str| {
            let request = http::Request::builder().uri(uri).body("".into()).unwrap();
            Origin::of_request(&request).verification_uri()
        };
        assert_eq!(verification_uri("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080/device");
        assert_eq!(
            verification_uri("https://oidc.eu-west-1.amazonaws.com/x"),
            "https://device.sso.eu-west-1.amazonaws.com/"
        );
        assert_eq!(
            verification_uri("https://oidc.cn-north-1.amazonaws.com.cn/x"),
            "https://device.sso.cn-north-1.amazonaws.com.cn/"
        );
    }
}
