//! What a plan passed over, for whoever asks why.

use std::fmt;

use crate::{Finding, Origin};

/// Something that decided nothing, but that somebody may have expected to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Note {
    /// Something that would count if something else did not come first.
    Overridden {
        /// What does not count: a key of a file, or words for it.
        what: String,
        /// Where it stands.
        at: Origin,
        /// What comes first.
        by: String,
        /// Where that stands.
        by_at: Origin,
    },
    /// A `source_profile` without `role_arn`: only its region is looked at.
    SourceWithoutRole {
        /// The profile that has it.
        profile: String,
        /// Where it stands.
        at: Origin,
    },
    /// A line that was read, in a section that the plan uses, but deserves a word.
    Finding(Finding),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overridden { what, at, by, by_at } => {
                write!(f, "{by} ({by_at}) comes before {what} ({at})")
            }
            Self::SourceWithoutRole { profile, at } => write!(
                f,
                "source_profile ({at}) gives no credentials: profile `{profile}` has no role_arn"
            ),
            Self::Finding(finding) => finding.fmt(f),
        }
    }
}
