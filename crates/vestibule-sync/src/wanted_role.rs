//! The roles that should have a profile.

use std::collections::HashSet;

use vestibule::{AccountId, RoleName};

use crate::{Assignments, Filter, Tags};

/// A role that should have a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WantedRole<'a> {
    pub(crate) account_id: &'a AccountId,
    pub(crate) account_name: Option<&'a str>,
    pub(crate) role: &'a RoleName,
    /// The tags of the account.
    pub(crate) tags: Option<&'a Tags>,
}

impl<'a> WantedRole<'a> {
    /// Returns the account id and role name, which identify the role.
    pub(crate) fn key(&self) -> (&'a str, &'a str) {
        (self.account_id.as_str(), self.role.as_str())
    }
}

/// Returns the roles that pass a filter, without duplicates.
pub(crate) fn wanted_roles<'a>(
    assignments: &'a Assignments,
    filter: &'a Filter,
) -> Vec<WantedRole<'a>> {
    let mut seen = HashSet::new();
    let roles = assignments.accounts.iter().flat_map(|account| {
        let (account_id, account_name) = (&account.account_id, account.name.as_deref());
        let tags = filter.tags(account_id, account_name);
        account.roles.iter().map(move |role| WantedRole { account_id, account_name, role, tags })
    });
    let passes =
        |role: &WantedRole<'_>| filter.matches(role.account_id, role.account_name, role.role);
    roles.filter(passes).filter(|role| seen.insert(role.key())).collect()
}
