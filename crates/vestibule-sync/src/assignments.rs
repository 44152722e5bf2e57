//! The accounts and roles that the portal lists.

use std::sync::Arc;

use vestibule::{AccountId, Error, RoleName};

use crate::Filter;
use crate::wanted_role::wanted_roles;

/// The accounts and roles that were listed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Assignments {
    /// The accounts, each with all its roles.
    pub accounts: Vec<AccountRoles>,
    /// The accounts whose roles could not be listed.
    pub failed: Vec<FailedAccount>,
    /// The accounts whose roles were not listed because the filter excludes them.
    pub excluded: Vec<AccountId>,
}

/// An account and all roles that the user may assume in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "programs bring lists of their own")]
pub struct AccountRoles {
    /// The account id.
    pub account_id: AccountId,
    /// The account name.
    pub name: Option<String>,
    /// The role names.
    pub roles: Vec<RoleName>,
}

/// An account whose roles could not be listed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailedAccount {
    /// The account id.
    pub account_id: AccountId,
    /// The account name.
    pub name: Option<String>,
    /// The error.
    pub error: Arc<Error>,
}

impl Assignments {
    /// Returns whether every account was listed. If not, roles that are missing here may exist.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }

    /// Returns whether the portal listed no role and no account that the filter excludes.
    pub fn is_empty(&self) -> bool {
        self.excluded.is_empty() && self.accounts.iter().all(|account| account.roles.is_empty())
    }

    /// Returns whether any role passes a filter.
    pub fn has_any(&self, filter: &Filter) -> bool {
        !wanted_roles(self, filter).is_empty()
    }

    /// Returns the account id and name of each role.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&str, &str)> {
        self.accounts.iter().flat_map(|account| {
            account.roles.iter().map(|role| (account.account_id.as_str(), role.as_str()))
        })
    }

    /// Returns whether the filter excludes an account.
    pub(crate) fn excludes(&self, account_id: &str) -> bool {
        self.excluded.iter().any(|excluded| excluded.as_str() == account_id)
    }

    /// Returns the number of accounts and of roles.
    pub fn count(&self) -> (usize, usize) {
        (self.accounts.len(), self.accounts.iter().map(|account| account.roles.len()).sum())
    }
}

impl FromIterator<AccountRoles> for Assignments {
    fn from_iter<I: IntoIterator<Item = AccountRoles>>(accounts: I) -> Self {
        Self { accounts: accounts.into_iter().collect(), ..Self::default() }
    }
}
