use std::fmt;

use crate::Platform;

/// A snapshot of the environment variables.
///
/// Empty variables count as unset, as in the SDK for Go.
/// `Debug` prints names only: values may be secret keys.
#[derive(Clone, Default)]
pub struct Vars {
    /// Sorted by name.
    sorted: Vec<(String, String)>,
    /// The names of variables whose values are not Unicode.
    undecodable: Vec<String>,
}

/// Error returned when a variable that AWS tools read has a value that is not Unicode.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the environment variable {name} is not valid Unicode")]
#[non_exhaustive]
pub struct UndecodableVariable {
    /// The name of the variable.
    pub name: String,
}

/// Variables that are read and have none of the [`PREFIXES`].
const OTHERS: &[&str] =
    &["HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "SECRET_ACCESS_KEY", "BROWSER"];
const PREFIXES: &[&str] = &["AWS_", "_AWS_", "VESTIBULE_"];
/// Variables of proxies, in any case.
const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

impl Vars {
    /// Returns the value of a variable; `None` if it is unset or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = &self.sorted[self.position(name).ok()?];
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns the first variable that is set, and its value.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|&name| self.get(name).map(|value| (name, value)))
    }

    /// Checks that each variable that AWS tools read can be decoded.
    ///
    /// [`Vars::get`] returns `None` for a value that cannot be decoded, as if the variable were not set.
    /// A program calls this once, before it reads any variable, so that it does not silently use
    /// another profile, file or proxy.
    ///
    /// # Errors
    /// [`UndecodableVariable`], for the first one.
    pub fn check(&self) -> Result<(), UndecodableVariable> {
        let is_read = |name: &str| {
            PREFIXES.iter().any(|prefix| name.starts_with(prefix))
                || OTHERS.contains(&name)
                || PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name))
        };
        match self.undecodable.iter().filter(|name| is_read(name)).min() {
            Some(name) => Err(UndecodableVariable { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Returns the same environment with a variable whose value is not Unicode.
    #[must_use]
    pub fn with_undecodable(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        self = self.without(&name);
        self.undecodable.push(name);
        self
    }

    /// Returns the same environment with one more variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(name.into(), value.into());
        self
    }

    /// Returns the same environment without a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.undecodable.retain(|other| other != name);
        if let Ok(at) = self.position(name) {
            self.sorted.remove(at);
        }
        self
    }

    /// Returns all names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sorted.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the home folder: `HOME`, or on Windows the first that is set of `HOME`, `USERPROFILE`, and
    /// `HOMEDRIVE` with `HOMEPATH`.
    ///
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html> (read 2026-11)
    pub fn home(&self, platform: Platform) -> Option<String> {
        match (self.get("HOME"), platform) {
            (Some(home), _) => Some(home.to_owned()),
            (None, Platform::Unix) => None,
            (None, Platform::Windows) => self
                .get("USERPROFILE")
                .map(str::to_owned)
                .or_else(|| Some(format!("{}{}", self.get("HOMEDRIVE")?, self.get("HOMEPATH")?))),
        }
    }

    fn set(&mut self, name: String, value: String) {
        self.undecodable.retain(|other| *other != name);
        match self.position(&name) {
            Ok(at) => self.sorted[at].1 = value,
            Err(at) => self.sorted.insert(at, (name, value)),
        }
    }

    /// Returns the index of a variable, or the one to insert it at.
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Vars {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut vars = Self::default();
        for (name, value) in pairs {
            vars.set(name.into(), value.into());
        }
        vars
    }
}

impl fmt::Debug for Vars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vars")?;
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variable_is_unset() {
        let vars = Vars::from_iter([("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "dev")]);
        assert_eq!(vars.get("AWS_PROFILE"), None);
        assert_eq!(
            vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]),
            Some(("AWS_DEFAULT_PROFILE", "dev"))
        );
    }

    #[test]
    fn variable_is_added_to_the_others_or_replaced() {
        let vars = Vars::from_iter([("A", "1"), ("B", "2")]).with("B", "3").with("C", "4");
        assert_eq!(
            [vars.get("A"), vars.get("B"), vars.get("C")],
            [Some("1"), Some("3"), Some("4")]
        );
    }

    #[test]
    fn undecodable_variable_that_is_read_is_an_error() {
        for name in ["AWS_PROFILE", "AWS_NEW", "VESTIBULE_CLOCK_OFFSET", "HOME", "https_proxy"] {
            let vars = Vars::default().with(name, "a").with_undecodable(name);
            assert_eq!(vars.get(name), None, "{name}");
            let error = vars.check().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the environment variable {name} is not valid Unicode")
            );
            assert_eq!(vars.clone().with(name, "b").check(), Ok(()));
            assert_eq!(vars.without(name).check(), Ok(()));
        }
    }

    #[test]
    fn undecodable_variable_of_other_programs_is_ignored() {
        assert_eq!(Vars::default().with_undecodable("LS_COLORS").check(), Ok(()));
    }

    #[test]
    fn first_undecodable_variable_by_name_is_named() {
        let vars = Vars::default().with_undecodable("AWS_REGION").with_undecodable("AWS_PROFILE");
        assert_eq!(vars.check().unwrap_err().name, "AWS_PROFILE");
    }

    #[test]
    fn debug_shows_names_only() {
        let vars = Vars::from_iter([("AWS_SECRET_ACCESS_KEY", "hidden-value")]);
        assert_eq!(format!("{vars:?}"), r#"Vars{"AWS_SECRET_ACCESS_KEY"}"#);
    }

    #[test]
    fn home_on_windows_is_found_in_order() {
        let vars = Vars::from_iter([
            ("USERPROFILE", r"C:\users\ann"),
            ("HOMEDRIVE", "D:"),
            ("HOMEPATH", r"\ann"),
        ]);
        assert_eq!(vars.home(Platform::Unix), None);
        assert_eq!(vars.home(Platform::Windows).unwrap(), r"C:\users\ann");
        let vars = vars.without("USERPROFILE");
        assert_eq!(vars.home(Platform::Windows).unwrap(), r"D:\ann");
    }
}
