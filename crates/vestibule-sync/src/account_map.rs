//! Values that users configure for accounts.

use std::fmt;
use std::str::FromStr;

use vestibule::{AccountId, Region};
use wildmatch::WildMatch;

/// Values for accounts: `ACCOUNT=VALUE, …`, where `ACCOUNT` is a pattern of names and ids as in a
/// [`Filter`](crate::Filter). The first pattern that matches counts.
#[derive(Clone, Debug)]
pub struct AccountMap<T>(Vec<(WildMatch, T)>);

/// The regions of accounts: `111122223333=eu-west-1, Sample*=us-east-1`.
pub type AccountRegions = AccountMap<Region>;

/// The tags of accounts: `111122223333=env:prod team:data, Sand*=env:dev`.
pub type AccountTags = AccountMap<Tags>;

/// The tags of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<(String, String)>);

/// Error returned when values for accounts are not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not valid: expected {expected}", vestibule_types::printable(.text))]
pub struct InvalidAccountMap {
    text: String,
    expected: &'static str,
}

impl<T> Default for AccountMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> AccountMap<T> {
    /// Returns whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value for an account.
    pub fn get(&self, id: &AccountId, name: Option<&str>) -> Option<&T> {
        let matches = |pattern: &WildMatch| {
            pattern.matches(id.as_str()) || name.is_some_and(|name| pattern.matches(name))
        };
        self.0.iter().find(|(pattern, _)| matches(pattern)).map(|(_, value)| value)
    }

    fn parse(
        text: &str,
        expected: &'static str,
        value: impl Fn(&str) -> Option<T>,
    ) -> Result<Self, InvalidAccountMap> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let parse = |entry: &str| {
            let invalid = || InvalidAccountMap { text: entry.to_owned(), expected };
            let (pattern, text) = entry.split_once('=').ok_or_else(invalid)?;
            let (pattern, text) = (pattern.trim(), text.trim());
            let value = value(text).filter(|_| !pattern.is_empty()).ok_or_else(invalid)?;
            Ok((WildMatch::new_case_insensitive(pattern), value))
        };
        entries.map(parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for AccountRegions {
    type Err = InvalidAccountMap;

    fn from_str(text: &str) -> Result<Self, InvalidAccountMap> {
        Self::parse(text, "ACCOUNT=REGION", |text| Region::new(text).ok())
    }
}

impl FromStr for AccountTags {
    type Err = InvalidAccountMap;

    fn from_str(text: &str) -> Result<Self, InvalidAccountMap> {
        Self::parse(text, "ACCOUNT=KEY:VALUE KEY:VALUE…", |text| {
            let pair = |word: &str| {
                let (key, value) = word.split_once(':')?;
                let is_whole = !key.is_empty() && !value.is_empty();
                is_whole.then(|| (key.to_owned(), value.to_owned()))
            };
            let tags: Vec<_> = text.split_whitespace().map(pair).collect::<Option<_>>()?;
            (!tags.is_empty()).then_some(Tags(tags))
        })
    }
}

impl Tags {
    /// Returns the value of a tag.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// Returns the keys and values, in the order written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// Writes the tags as in the configuration: `env:prod team:data`.
impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}:{value}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_matching_pattern_counts() {
        let regions: AccountRegions =
            "111122223333=eu-west-1, sample *=us-east-1,*=us-west-2".parse().unwrap();
        let region =
            |id: &str, name| regions.get(&AccountId::new(id).unwrap(), name).map(Region::as_str);
        assert_eq!(region("111122223333", Some("Sample 1")), Some("eu-west-1"));
        assert_eq!(region("444455556666", Some("Sample 1")), Some("us-east-1"));
        assert_eq!(region("444455556666", None), Some("us-west-2"));
        assert!("".parse::<AccountRegions>().unwrap().0.is_empty());
    }

    #[test]
    fn tags_are_pairs() {
        let tags: AccountTags = "*=env:prod url:a:b".parse().unwrap();
        let tags = tags.get(&AccountId::new("111122223333").unwrap(), None).unwrap();
        assert_eq!(
            (tags.get("env"), tags.get("url"), tags.get("x")),
            (Some("prod"), Some("a:b"), None)
        );
        assert_eq!(tags.to_string(), "env:prod url:a:b");
    }

    #[test]
    fn invalid_values_name_the_entry() {
        for text in ["a", "=eu-west-1", "a=not a region", "b=eu-west-1, a="] {
            text.parse::<AccountRegions>().unwrap_err();
        }
        for text in ["a=env", "a=:x", "a=env:", "a="] {
            text.parse::<AccountTags>().unwrap_err();
        }
        let error = "b=eu-west-1, a=".parse::<AccountRegions>().unwrap_err();
        assert_eq!(error.to_string(), "`a=` is not valid: expected ACCOUNT=REGION");
    }
}
