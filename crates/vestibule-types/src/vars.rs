use std::fmt;

use crate::Platform;

/// The environment, as it was at one moment.
///
/// A snapshot, so that no two reads disagree and nothing needs faking.
/// Empty variables count as unset, as the Go SDK has it.
/// `Debug` prints names only: values may be keys.
#[derive(Clone, Default)]
pub struct Vars {
    /// By name. A vector, since it is compiled once and a map wherever it is cloned or dropped.
    sorted: Vec<(String, String)>,
}

impl Vars {
    /// The value, unless it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = &self.sorted[self.place(name).ok()?];
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The first of the names that is set, and its value.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|&name| self.get(name).map(|value| (name, value)))
    }

    /// The same environment with one more variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(name.into(), value.into());
        self
    }

    /// The same environment without one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if let Ok(at) = self.place(name) {
            self.sorted.remove(at);
        }
        self
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sorted.iter().map(|(name, _)| name.as_str())
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

    fn set(&mut self, name: String, value: String) {
        match self.place(&name) {
            Ok(at) => self.sorted[at].1 = value,
            Err(at) => self.sorted.insert(at, (name, value)),
        }
    }

    /// Where the variable is, or would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
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
