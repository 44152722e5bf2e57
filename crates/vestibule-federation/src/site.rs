use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointError, Partition};

/// The console of one partition, and where one signs in to it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>
/// (read 2026-11)
#[derive(Clone, Debug)]
pub struct Site {
    pub(crate) console: &'static str,
    pub(crate) federation: Endpoint,
    pub(crate) region: Option<Region>,
}

/// A partition without a console that we know of.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("no console is known for the partition {partition}")]
#[non_exhaustive]
pub struct NoConsole {
    /// Such as `aws-iso`.
    pub partition: &'static str,
}

/// Partitions, the host that signs people in and the host of their console.
const HOSTS: [(&str, &str, &str); 4] = [
    ("aws", "https://signin.aws.amazon.com", "console.aws.amazon.com"),
    ("aws-cn", "https://signin.amazonaws.cn", "console.amazonaws.cn"),
    ("aws-eusc", "https://signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"),
    ("aws-us-gov", "https://signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
];

impl Site {
    /// The console of a region's partition, showing that region; without one, that of `aws`, which
    /// then shows the region it showed last.
    ///
    /// # Errors
    /// The partition is one whose console is not public knowledge.
    pub fn of(region: Option<&Region>) -> Result<Self, NoConsole> {
        let partition = region.map_or("aws", |region| Partition::of(region).id);
        let known = HOSTS.iter().find(|(id, ..)| *id == partition);
        let (_, sign_in, console) = known.ok_or(NoConsole { partition })?;
        let federation = Endpoint::at(sign_in, None).map_err(|_| NoConsole { partition })?;
        Ok(Self { console, federation, region: region.cloned() })
    }

    /// Signs in at this URL instead.
    ///
    /// # Errors
    /// It is no absolute `http` or `https` URL.
    pub fn with_sign_in_at(self, url: &str) -> Result<Self, EndpointError> {
        Ok(Self { federation: Endpoint::at(url, None)?, ..self })
    }
}
