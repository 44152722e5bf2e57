use std::collections::BTreeMap;
use std::fmt;

use crate::Platform;

/// The environment, as it was at one moment.
///
/// A snapshot, so that no two reads disagree and nothing needs faking.
/// Empty variables count as unset, as the Go SDK has it.
/// `Debug` prints names only: values may be keys.
#[derive(Clone, Default)]
pub struct Vars(BTreeMap<String, String>);

impl Vars {
    /// The value, unless it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The first of the names that is set, and its value.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|&name| self.get(name).map(|value| (name, value)))
    }

    /// The same environment with one more variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The same environment without one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The home folder: `HOME`; on Windows then `USERPROFILE`, then `HOMEDRIVE` and `HOMEPATH`.
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
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Vars {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Vars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vars")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_unset() {
        let vars = Vars::from_iter([("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "dev")]);
        assert_eq!(vars.get("AWS_PROFILE"), None);
        assert_eq!(
            vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]),
            Some(("AWS_DEFAULT_PROFILE", "dev"))
        );
    }

    #[test]
    fn debug_shows_names_only() {
        let vars = Vars::from_iter([("AWS_SECRET_ACCESS_KEY", "hidden-value")]);
        assert_eq!(format!("{vars:?}"), r#"Vars{"AWS_SECRET_ACCESS_KEY"}"#);
    }

    #[test]
    fn windows_homes_in_order() {
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
