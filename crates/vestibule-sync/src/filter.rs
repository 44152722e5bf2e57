//! Filters of accounts and roles.

use vestibule::{AccountId, RoleName};
use wildmatch::WildMatch;

use crate::{AccountTags, Tags};

/// Patterns of accounts and roles to include and to exclude.
///
/// A pattern is `ACCOUNT` or `ACCOUNT/ROLE`. `ACCOUNT` is compared with the account's name and its id,
/// and matches if either does; `ROLE`, the text after the last slash, is compared with the role's name.
/// `*` matches any text and `?` any one character, case is ignored, and a pattern has to match the
/// whole name.
///
/// `tag:KEY=VALUE` in place of `ACCOUNT` selects accounts with such a tag ([`Filter::with_tags`]).
///
/// A role passes if an `include` pattern matches it, or there are none, and no `exclude` pattern
/// does.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    tags: AccountTags,
}

#[derive(Clone, Debug)]
struct Pattern {
    account: AccountPattern,
    /// `None` matches any role.
    role: Option<WildMatch>,
}

#[derive(Clone, Debug)]
enum AccountPattern {
    /// A name or an id.
    Name(WildMatch),
    /// A tag, and its value.
    Tag(String, WildMatch),
}

/// Error returned for a pattern that cannot match anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid pattern `{0}`: expected ACCOUNT, ACCOUNT/ROLE or tag:KEY=VALUE, with `*` and `?` as \
     wildcards"
)]
pub struct InvalidPattern(String);

impl Filter {
    /// Creates a filter of these patterns.
    ///
    /// # Errors
    /// A pattern without an account, or with nothing after its slash.
    pub fn new<S: AsRef<str>>(include: &[S], exclude: &[S]) -> Result<Self, InvalidPattern> {
        let parse = |patterns: &[S]| -> Result<Vec<_>, _> {
            patterns.iter().map(|text| Pattern::new(text.as_ref())).collect()
        };
        let tags = AccountTags::default();
        Ok(Self { include: parse(include)?, exclude: parse(exclude)?, tags })
    }

    /// Sets the tags of accounts, for patterns and templates.
    #[must_use]
    pub fn with_tags(mut self, tags: AccountTags) -> Self {
        self.tags = tags;
        self
    }

    /// Returns the tags of an account.
    pub(crate) fn tags(&self, id: &AccountId, name: Option<&str>) -> Option<&Tags> {
        self.tags.get(id, name)
    }

    /// Returns whether any role of an account could pass: if not, its roles need not be listed.
    pub fn can_match(&self, id: &AccountId, name: Option<&str>) -> bool {
        let tags = self.tags(id, name);
        let matches = |pattern: &Pattern| pattern.matches_account(id, name, tags);
        (self.include.is_empty() || self.include.iter().any(matches))
            && !self.exclude.iter().any(|pattern| pattern.role.is_none() && matches(pattern))
    }

    /// Returns whether a role passes.
    pub fn matches(&self, id: &AccountId, name: Option<&str>, role: &RoleName) -> bool {
        let tags = self.tags(id, name);
        let matches = |pattern: &Pattern| {
            pattern.matches_account(id, name, tags) && pattern.matches_role(role)
        };
        (self.include.is_empty() || self.include.iter().any(matches))
            && !self.exclude.iter().any(matches)
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
        let matcher = WildMatch::new_case_insensitive;
        let account = match account.strip_prefix("tag:") {
            Some(tag) => match tag.split_once('=') {
                Some((key, value)) if !key.is_empty() => {
                    AccountPattern::Tag(key.to_owned(), matcher(value))
                }
                _ => return Err(InvalidPattern(text.to_owned())),
            },
            None => AccountPattern::Name(matcher(account)),
        };
        Ok(Self { account, role: role.map(matcher) })
    }

    fn matches_account(&self, id: &AccountId, name: Option<&str>, tags: Option<&Tags>) -> bool {
        match &self.account {
            AccountPattern::Name(pattern) => {
                pattern.matches(id.as_str()) || name.is_some_and(|name| pattern.matches(name))
            }
            AccountPattern::Tag(key, pattern) => {
                let value = tags.and_then(|tags| tags.get(key));
                value.is_some_and(|value| pattern.matches(value))
            }
        }
    }

    fn matches_role(&self, role: &RoleName) -> bool {
        self.role.as_ref().is_none_or(|pattern| pattern.matches(role.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks whether `Sample Prod` (111122223333) can match, and which of its roles do.
    #[track_caller]
    fn check(include: &[&str], exclude: &[&str], can_match: bool, roles: &str) {
        let filter = Filter::new(include, exclude).unwrap();
        let (id, name) = (AccountId::new("111122223333").unwrap(), Some("Sample Prod"));
        let all = ["Admin", "ReadOnly"].map(|role| RoleName::new(role).unwrap());
        let passed: Vec<_> = all
            .iter()
            .filter(|role| filter.matches(&id, name, role))
            .map(RoleName::as_str)
            .collect();
        assert_eq!(
            (filter.can_match(&id, name), passed.join(" ").as_str()),
            (can_match, roles),
            "{include:?} {exclude:?}"
        );
    }

    #[test]
    fn patterns_match_accounts_and_roles() {
        check(&[], &[], true, "Admin ReadOnly");
        check(&["sample *"], &[], true, "Admin ReadOnly");
        check(&["1111*"], &[], true, "Admin ReadOnly");
        check(&["1111????333?"], &[], true, "Admin ReadOnly");
        check(&["*a*p*d"], &[], true, "Admin ReadOnly");
        check(&["Sample"], &[], false, "");
        check(&["*/admin"], &[], true, "Admin");
        check(&["other", "*prod/Read*"], &[], true, "ReadOnly");
        check(&[], &["*prod"], false, "");
        check(&[], &["*/Admin"], true, "ReadOnly");
        check(&["*/Admin"], &["111122223333"], false, "");
    }

    #[test]
    fn tag_patterns_match_accounts_with_the_tag() {
        let tags: AccountTags = "Sample*=env:prod".parse().unwrap();
        let filter = Filter::new(&["tag:env=PR*/Admin"], &[]).unwrap().with_tags(tags);
        let (id, role) = (AccountId::new("1").unwrap(), RoleName::new("Admin").unwrap());
        assert!(
            filter.matches(&id, Some("Sample"), &role) && filter.can_match(&id, Some("Sample"))
        );
        assert!(!filter.matches(&id, Some("Other"), &role) && !filter.can_match(&id, None));
        assert!(!filter.matches(&id, Some("Sample"), &RoleName::new("ReadOnly").unwrap()));
    }

    #[test]
    fn account_name_with_slashes_matches() {
        let filter = Filter::new(&["a/b/*"], &[]).unwrap();
        let (id, role) = (AccountId::new("1").unwrap(), RoleName::new("Admin").unwrap());
        assert!(filter.matches(&id, Some("a/b"), &role));
        assert!(!filter.matches(&id, Some("a"), &role));
    }

    #[test]
    fn account_name_beyond_ascii_matches_in_any_case() {
        let filter = Filter::new(&["*ä?"], &[]).unwrap();
        let id = AccountId::new("1").unwrap();
        assert!(filter.can_match(&id, Some("PRÄM")));
    }

    #[test]
    fn pattern_with_many_wildcards_matches_in_linear_time() {
        let filter = Filter::new(&[format!("{}b", "*a".repeat(50))], &[]).unwrap();
        assert!(!filter.can_match(&AccountId::new("1").unwrap(), Some(&"a".repeat(1000))));
    }

    #[test]
    fn pattern_without_account_or_role_is_an_error() {
        for pattern in ["", "/", "a/", "/Admin", "tag:", "tag:env", "tag:=x"] {
            assert!(Filter::new(&[pattern], &[]).is_err(), "{pattern}");
        }
    }
}
