//! The result of comparing the assignments with a config file.

use vestibule::config::Edit;

/// The changes to a config file, and the profiles that each concerns.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The changes, for [`Edit::apply_all`].
    pub edits: Vec<Edit>,
    /// New profiles.
    pub added: Vec<PlannedProfile>,
    /// Managed profiles whose settings change.
    pub changed: Vec<PlannedProfile>,
    /// Managed profiles that are up to date.
    pub unchanged: Vec<PlannedProfile>,
    /// Managed profiles that are removed.
    pub removed: Vec<PlannedProfile>,
    /// Managed profiles that are no longer wanted but stay, because pruning is off or the list is
    /// incomplete.
    pub stale: Vec<PlannedProfile>,
    /// Unmanaged profiles for wanted roles. They are left alone, and the role gets no second profile.
    pub unmanaged: Vec<PlannedProfile>,
    /// Roles that get no profile because their profile name is in use.
    pub name_conflicts: Vec<PlannedProfile>,
}

/// A profile and the role that it selects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedProfile {
    /// The profile name.
    pub name: String,
    /// The account id, as in the profile.
    pub account_id: String,
    /// The role name.
    pub role: String,
}

impl PlannedProfile {
    pub(crate) fn new(name: impl Into<String>, (account_id, role): (&str, &str)) -> Self {
        Self { name: name.into(), account_id: account_id.to_owned(), role: role.to_owned() }
    }
}
