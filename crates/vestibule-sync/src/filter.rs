//! Which accounts and roles are wanted.

use vestibule::{AccountId, RoleName};

use crate::glob::Glob;

/// What to take and what to leave out, by pattern.
///
/// A pattern is `ACCOUNT` or `ACCOUNT/ROLE`. `ACCOUNT` is held against the account's name and
/// against its id, and one match will do; `ROLE`, which is what stands after the last slash, is held
/// against the role's name. `*` is any text, `?` any one character, case does not matter, and a
/// pattern has to match all of a name.
///
/// A role is wanted if one of the `include` patterns matches it, or there are none, and none of the
/// `exclude` patterns does.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    account: Glob,
    /// `None` is any role.
    role: Option<Glob>,
}

/// A pattern that nothing could ever match.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no pattern: expected ACCOUNT or ACCOUNT/ROLE, with `*` and `?` as wildcards")]
pub struct InvalidPattern(String);

impl Filter {
    /// A filter of these patterns.
    ///
    /// # Errors
    /// A pattern with nothing for the account, or nothing after its slash.
    pub fn new<S: AsRef<str>>(include: &[S], exclude: &[S]) -> Result<Self, InvalidPattern> {
        let read = |patterns: &[S]| -> Result<Vec<_>, _> {
            patterns.iter().map(|text| Pattern::new(text.as_ref())).collect()
        };
        Ok(Self { include: read(include)?, exclude: read(exclude)? })
    }

    /// Whether any role of an account could be wanted: if not, nobody has to ask for them.
    pub fn wants_some_of(&self, id: &AccountId, name: Option<&str>) -> bool {
        let has = |pattern: &Pattern| pattern.matches_account(id, name);
        (self.include.is_empty() || self.include.iter().any(has))
            && !self.exclude.iter().any(|pattern| pattern.role.is_none() && has(pattern))
    }

    /// Whether a role is wanted.
    pub fn wants(&self, id: &AccountId, name: Option<&str>, role: &RoleName) -> bool {
        let has =
            |pattern: &Pattern| pattern.matches_account(id, name) && pattern.matches_role(role);
        (self.include.is_empty() || self.include.iter().any(has)) && !self.exclude.iter().any(has)
    }
}

impl Pattern {
    fn new(text: &str) -> Result<Self, InvalidPattern> {
        let (account, role) = match text.rsplit_once('/') {
            Some((account, role)) => (account, Some(role)),
            None => (text, None),
        };
        if account.is_empty() || role == Some("") {
            return Err(InvalidPattern(text.to_owned()));
        }
        Ok(Self { account: Glob::new(account), role: role.map(Glob::new) })
    }

    fn matches_account(&self, id: &AccountId, name: Option<&str>) -> bool {
        self.account.matches(id.as_str()) || name.is_some_and(|name| self.account.matches(name))
    }

    fn matches_role(&self, role: &RoleName) -> bool {
        self.role.as_ref().is_none_or(|pattern| pattern.matches(role.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `Sample Prod` (111122223333) is worth asking about, and which of its roles are wanted.
    #[track_caller]
    fn check(include: &[&str], exclude: &[&str], asks: bool, wanted: &str) {
        let filter = Filter::new(include, exclude).unwrap();
        let (id, name) = (AccountId::new("111122223333").unwrap(), Some("Sample Prod"));
        let roles = ["Admin", "ReadOnly"].map(|role| RoleName::new(role).unwrap());
        let roles: Vec<_> = roles.iter().filter(|role| filter.wants(&id, name, role)).collect();
        let roles: Vec<_> = roles.into_iter().map(RoleName::as_str).collect();
        assert_eq!((filter.wants_some_of(&id, name), roles.join(" ").as_str()), (asks, wanted));
    }

    #[test]
    fn patterns_match_accounts_and_roles() {
        check(&[], &[], true, "Admin ReadOnly");
        check(&["sample *"], &[], true, "Admin ReadOnly");
        check(&["1111*"], &[], true, "Admin ReadOnly");
        check(&["Sample"], &[], false, "");
        check(&["*/admin"], &[], true, "Admin");
        check(&["other", "*prod/Read*"], &[], true, "ReadOnly");
        check(&[], &["*prod"], false, "");
        check(&[], &["*/Admin"], true, "ReadOnly");
        check(&["*/Admin"], &["111122223333"], false, "");
    }

    #[test]
    fn an_account_name_may_have_slashes() {
        let filter = Filter::new(&["a/b/*"], &[]).unwrap();
        let (id, role) = (AccountId::new("1").unwrap(), RoleName::new("Admin").unwrap());
        assert!(filter.wants(&id, Some("a/b"), &role));
        assert!(!filter.wants(&id, Some("a"), &role));
    }

    #[test]
    fn a_pattern_for_nothing_is_refused() {
        for pattern in ["", "/", "a/", "/Admin"] {
            assert!(Filter::new(&[pattern], &[]).is_err(), "{pattern}");
        }
    }
}
