use std::path::PathBuf;

use vestibule_types::{InvalidName, Region};

/// The session duration that AWS's helper requests, in seconds.
const DEFAULT_DURATION: u32 = 3600;

/// The parameters of a session: files, and the names of the trust anchor, the profile and the role.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The file with the certificate, in PEM.
    pub certificate: PathBuf,
    /// The file with its private key, in PEM.
    pub private_key: PathBuf,
    /// The file with the certificates between this one and that of the trust anchor, in PEM.
    pub intermediates: Option<PathBuf>,
    /// The ARN of the trust anchor, which stands for the certificate authority.
    pub trust_anchor_arn: String,
    /// The ARN of the profile of Roles Anywhere, which lists the role.
    pub profile_arn: String,
    /// The ARN of the role.
    pub role_arn: String,
    /// The region. Default: that of the trust anchor.
    pub region: Option<String>,
    /// The URL of the service. Default: that of the region.
    pub endpoint: Option<String>,
    /// The duration of the session in seconds, 900 to 43,200. Default: an hour.
    pub duration_seconds: u32,
    /// The name of the session. Default: the serial number of the certificate.
    pub role_session_name: Option<String>,
}

impl Options {
    /// Creates options for a certificate with its key, and the ARNs of the trust anchor, the profile
    /// and the role.
    pub fn new(
        [certificate, private_key]: [PathBuf; 2],
        [trust_anchor_arn, profile_arn, role_arn]: [String; 3],
    ) -> Self {
        Self {
            certificate,
            private_key,
            intermediates: None,
            trust_anchor_arn,
            profile_arn,
            role_arn,
            region: None,
            endpoint: None,
            duration_seconds: DEFAULT_DURATION,
            role_session_name: None,
        }
    }

    /// Returns the region to call.
    ///
    /// # Errors
    /// Neither the options nor the ARN of the trust anchor have a valid region.
    pub fn region(&self) -> Result<Region, InvalidName> {
        let anchor_region = || self.trust_anchor_arn.split(':').nth(3).unwrap_or_default();
        Region::new(self.region.as_deref().unwrap_or_else(anchor_region))
    }
}
