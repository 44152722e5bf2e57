//! The result of comparing the assignments with a config file.

use vestibule::config::Edit;

/// The changes to a config file, and the profiles that each concerns.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The changes, for [`Edit::apply_all`].
    pub edits: Vec<Edit>,
    /// The subset of `edits` that adds profiles.
    pub additions: Vec<Edit>,
    /// New profiles.
    pub added: Vec<PlannedProfile>,
    /// Managed profiles whose settings change.
    pub changed: Vec<PlannedProfile>,
    /// Managed profiles that are up to date.
    pub unchanged: Vec<PlannedProfile>,
    /// Managed profiles that are removed.
    pub removed: Vec<PlannedProfile>,
    /// Managed profiles whose role is no longer listed, and that are not removed.
    pub stale: Vec<PlannedProfile>,
    /// Managed profiles whose role the filter excludes, and that are not removed.
    pub excluded: Vec<PlannedProfile>,
    /// Managed profiles that get another name, with their settings and the references to them.
    pub renamed: Vec<PlannedProfile>,
    /// Managed profiles that keep a name that the template does not give; see
    /// [`Rules::with_renaming`](crate::Rules::with_renaming).
    pub kept_names: Vec<PlannedProfile>,
    /// Managed profiles that should be renamed, but their new name is in use, or a reference to the old
    /// name cannot be changed.
    pub not_renamed: Vec<PlannedProfile>,
    /// Managed profiles for the role of another managed profile, and that are not removed.
    pub duplicates: Vec<PlannedProfile>,
    /// New names that end with the session, because a profile of another session has the shorter name.
    pub session_suffixes: Vec<PlannedProfile>,
    /// Unmanaged profiles for wanted roles. They are left alone, and the role gets no second profile.
    pub unmanaged: Vec<PlannedProfile>,
    /// Roles that get no profile because their profile name is in use.
    pub name_conflicts: Vec<PlannedProfile>,
    /// Roles that get no profile because their name has control or invisible characters.
    pub unprintable: Vec<PlannedProfile>,
    /// Whether profiles would have been removed although the portal listed nothing; see
    /// [`Rules::with_pruning_of_all`](crate::Rules::with_pruning_of_all).
    pub is_pruning_withheld: bool,
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
    /// The name before, if the profile is renamed.
    pub previous_name: Option<String>,
}

impl PlannedProfile {
    pub(crate) fn new(name: impl Into<String>, (account_id, role): (&str, &str)) -> Self {
        let (name, account_id, role) = (name.into(), account_id.to_owned(), role.to_owned());
        Self { name, account_id, role, previous_name: None }
    }

    pub(crate) fn renamed_from(self, previous_name: &str) -> Self {
        Self { previous_name: Some(previous_name.to_owned()), ..self }
    }
}
