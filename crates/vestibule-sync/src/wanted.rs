//! The roles that are to have a profile.

use std::collections::HashSet;

use vestibule::{AccountId, RoleName};

use crate::{Assignments, Filter};

/// A role that is to have a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) account_id: &'a AccountId,
    pub(crate) account_name: Option<&'a str>,
    pub(crate) role: &'a RoleName,
}

impl<'a> Wanted<'a> {
    /// What tells a role from all others.
    pub(crate) fn key(&self) -> (&'a str, &'a str) {
        (self.account_id.as_str(), self.role.as_str())
    }
}

/// Those that pass a filter, each once.
pub(crate) fn wanted<'a>(assignments: &'a Assignments, filter: &Filter) -> Vec<Wanted<'a>> {
    let mut seen = HashSet::new();
    let roles = assignments.accounts.iter().flat_map(|account| {
        let (account_id, account_name) = (&account.account_id, account.name.as_deref());
        account.roles.iter().map(move |role| Wanted { account_id, account_name, role })
    });
    let passes = |of: &Wanted<'_>| filter.wants(of.account_id, of.account_name, of.role);
    roles.filter(passes).filter(|of| seen.insert(of.key())).collect()
}
