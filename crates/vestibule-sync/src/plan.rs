//! What has to change in the config file, and what does not.

use vestibule::config::Edit;

/// What has to change in the config file, and what does not.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The changes, for [`Edit::apply_all`].
    pub edits: Vec<Edit>,
    /// The profiles that are new.
    pub added: Vec<Profile>,
    /// The profiles of ours that say something else from now on.
    pub changed: Vec<Profile>,
    /// The profiles of ours that are as they should be.
    pub kept: Vec<Profile>,
    /// The profiles of ours that go.
    pub removed: Vec<Profile>,
    /// The profiles of ours that are no longer wanted, and stay since nothing is to be removed, or
    /// since not everything could be listed.
    pub stale: Vec<Profile>,
    /// The profiles that somebody else wrote for a role that is wanted: they are left alone, and the
    /// role gets no second one.
    pub others: Vec<Profile>,
    /// The roles that get no profile, since it would have the name of another.
    pub nameless: Vec<Profile>,
}

/// A profile and its role.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The account, as the profile has it.
    pub account_id: String,
    /// The role in it.
    pub role: String,
}

impl Profile {
    pub(crate) fn new(name: impl Into<String>, (account_id, role): (&str, &str)) -> Self {
        Self { name: name.into(), account_id: account_id.to_owned(), role: role.to_owned() }
    }
}
