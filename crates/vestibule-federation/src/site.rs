use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointError, Partition};

/// The AWS console of a partition, and its federation endpoint.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>
/// (read 2026-11)
#[derive(Clone, Debug)]
pub struct Site {
    pub(crate) console: &'static str,
    pub(crate) federation: Endpoint,
    pub(crate) region: Option<Region>,
}

/// Error returned for a partition whose console is not public.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown console of the partition {partition}")]
#[non_exhaustive]
pub struct UnsupportedPartition {
    /// The partition id, such as `aws-iso`.
    pub partition: &'static str,
}

/// Partition id, federation endpoint and console host.
const HOSTS: [(&str, &str, &str); 4] = [
    ("aws", "https://signin.aws.amazon.com", "console.aws.amazon.com"),
    ("aws-cn", "https://signin.amazonaws.cn", "console.amazonaws.cn"),
    ("aws-eusc", "https://signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"),
    ("aws-us-gov", "https://signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
];

impl Site {
    /// Returns the console of the partition of a region, which then shows that region. Without a region
    /// it is the console of `aws`, which shows the last region of the user.
    ///
    /// # Errors
    /// The console of the partition is not public.
    pub fn for_region(region: Option<&Region>) -> Result<Self, UnsupportedPartition> {
        let partition = region.map_or("aws", |region| Partition::for_region(region).id);
        let known = HOSTS.iter().find(|(id, ..)| *id == partition);
        let (_, sign_in, console) = known.ok_or(UnsupportedPartition { partition })?;
        let federation =
            Endpoint::parse(sign_in, None).map_err(|_| UnsupportedPartition { partition })?;
        Ok(Self { console, federation, region: region.cloned() })
    }

    /// Replaces the federation endpoint.
    ///
    /// # Errors
    /// The URL is not an absolute `http` or `https` URL.
    pub fn with_federation_endpoint(self, url: &str) -> Result<Self, EndpointError> {
        Ok(Self { federation: Endpoint::parse(url, None)?, ..self })
    }
}
