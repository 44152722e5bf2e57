//! What the portal says that a person may use.

use vestibule::{AccountId, RoleName};

use crate::Filter;
use crate::wanted::wanted;

/// The accounts and roles that were listed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Assignments {
    /// The accounts, with all their roles.
    pub accounts: Vec<Listed>,
    /// The accounts whose roles could not be listed.
    pub failed: Vec<Failed>,
}

/// An account and all roles that the person has in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "programs bring lists of their own")]
pub struct Listed {
    /// Its id.
    pub account_id: AccountId,
    /// What its owners call it.
    pub name: Option<String>,
    /// The roles.
    pub roles: Vec<RoleName>,
}

/// An account whose roles could not be listed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failed {
    /// Its id.
    pub account_id: AccountId,
    /// What its owners call it.
    pub name: Option<String>,
    /// Why, in words.
    pub reason: String,
}

impl Assignments {
    /// Whether everything that was asked for is there. If not, what is missing may well exist.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }

    /// Whether any role passes a filter.
    pub fn has_any(&self, filter: &Filter) -> bool {
        !wanted(self, filter).is_empty()
    }

    /// How many accounts and roles there are.
    pub fn count(&self) -> (usize, usize) {
        (self.accounts.len(), self.accounts.iter().map(|account| account.roles.len()).sum())
    }
}

impl FromIterator<Listed> for Assignments {
    fn from_iter<I: IntoIterator<Item = Listed>>(accounts: I) -> Self {
        Self { accounts: accounts.into_iter().collect(), failed: Vec::new() }
    }
}
