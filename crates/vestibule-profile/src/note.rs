//! The notes of a plan.

use std::fmt;

use vestibule_types::Region;

use crate::{Finding, Origin, Sourced};

/// A setting or a line that has no effect on the plan, although a user may expect one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Note {
    /// A setting over which another one takes precedence.
    Overridden {
        /// The setting without effect: a key of a file, or a description.
        item: String,
        /// The origin of that setting.
        origin: Origin,
        /// The setting that takes precedence.
        by: String,
        /// The origin of the setting that takes precedence.
        by_origin: Origin,
    },
    /// A `source_profile` without `role_arn`: only its region is used.
    SourceWithoutRole {
        /// The profile that has it.
        profile: String,
        /// The origin of `source_profile`.
        origin: Origin,
    },
    /// A region that is not read as it is written.
    Region {
        /// The key: `region` or `sso_region`.
        key: &'static str,
        /// The region as written.
        written: Sourced<String>,
        /// The region that is used.
        region: Region,
        /// Whether the text also turns FIPS endpoints on: `fips-us-gov-west-1`.
        fips: bool,
    },
    /// An access key id of temporary credentials (`ASIA…`) without a session token.
    MissingSessionToken {
        /// The origin of the access key id.
        origin: Origin,
    },
    /// A start URL under a dual-stack host name, so that sign-in calls dual-stack endpoints.
    DualStackStartUrl {
        /// The origin of the start URL.
        origin: Origin,
    },
    /// A problem in a section that the plan uses.
    Finding(Finding),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overridden { item, origin, by, by_origin } => {
                write!(f, "{by} ({by_origin}) takes precedence over {item} ({origin})")
            }
            Self::SourceWithoutRole { profile, origin } => write!(
                f,
                "source_profile ({origin}) is used for its region only: profile `{profile}` has no \
                 role_arn"
            ),
            Self::Region { key, written, region, fips } => {
                let Sourced { value, origin } = written;
                let fips = if *fips { " with FIPS endpoints" } else { "" };
                write!(f, "`{key}` is `{value}` ({origin}), which is read as `{region}`{fips}")
            }
            Self::MissingSessionToken { origin } => write!(
                f,
                "aws_access_key_id ({origin}) is a temporary key, but aws_session_token is missing"
            ),
            Self::DualStackStartUrl { origin } => {
                write!(f, "sso_start_url ({origin}) selects dual-stack endpoints for signing in")
            }
            Self::Finding(finding) => finding.fmt(f),
        }
    }
}
