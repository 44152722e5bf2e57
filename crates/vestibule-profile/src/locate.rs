//! The locations of the two files.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html> (read 2026-11)

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use vestibule_types::{Platform, Vars};

use crate::Origin;

/// The locations of the two files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Locations {
    /// `AWS_CONFIG_FILE`, else `~/.aws/config`.
    pub config: Location,
    /// `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`.
    pub credentials: Location,
    pub(crate) home: Home,
}

/// The location of one file, and its origin. Cheap to clone.
///
/// `Display` is the path, with the home folder as `~`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    path: Option<String>,
    shown: String,
    origin: Origin,
}

impl Location {
    /// Returns the path. `None` if it begins with `~` and the home folder is not known.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref().map(Path::new)
    }

    /// Returns the variable that names the file, or the default.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Creates the location of another file than those of [`locate`], by its absolute path.
    pub fn new(path: &str, vars: &Vars, platform: Platform) -> Self {
        let home = Home { path: vars.home(platform), platform };
        let shown = home.abbreviate(path);
        Self(Arc::new(Inner { path: Some(path.to_owned()), shown, origin: Origin::Default }))
    }

    /// Creates the location of a text that was not read from a file.
    pub(crate) fn labeled(label: &str) -> Self {
        let (path, shown) = (Some(label.to_owned()), label.to_owned());
        Self(Arc::new(Inner { path, shown, origin: Origin::Default }))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.shown)
    }
}

/// Returns the locations that the environment sets, by the rules of a platform. Reads no file.
///
/// A relative path is relative to the working directory.
pub fn locate(vars: &Vars, platform: Platform) -> Locations {
    let home = Home { path: vars.home(platform), platform };
    Locations {
        config: home.location(vars, "AWS_CONFIG_FILE", "config"),
        credentials: home.location(vars, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        home,
    }
}

/// The home folder, if it is known, and the rules for paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    path: Option<String>,
    platform: Platform,
}

impl Home {
    pub(crate) const UNKNOWN: Self = Self { path: None, platform: Platform::Unix };

    fn location(&self, vars: &Vars, variable: &'static str, name: &str) -> Location {
        let slash = self.platform.separator();
        let (text, origin) = vars.get(variable).map_or_else(
            || (format!("~{slash}.aws{slash}{name}"), Origin::Default),
            |path| (path.to_owned(), Origin::Variable(variable.into())),
        );
        let path = self.expand(&text);
        let shown = path.as_deref().map_or_else(|| text.clone(), |path| self.abbreviate(path));
        Location(Arc::new(Inner { path, shown, origin }))
    }

    /// Returns a path, expanding a tilde that is the whole first component; `~ann/x` is not
    /// changed.
    pub(crate) fn expand(&self, text: &str) -> Option<String> {
        match text.strip_prefix('~') {
            Some("") => self.path.clone(),
            Some(rest) if self.begins_with_separator(rest) => {
                Some(format!("{}{rest}", self.without_last_separator()?))
            }
            _ => Some(text.to_owned()),
        }
    }

    /// Replaces the home folder at the start of a path by a tilde.
    fn abbreviate(&self, path: &str) -> String {
        let below = self.without_last_separator().and_then(|home| path.strip_prefix(home));
        let below = below.filter(|rest| self.begins_with_separator(rest));
        below.map_or_else(|| path.to_owned(), |rest| format!("~{rest}"))
    }

    fn without_last_separator(&self) -> Option<&str> {
        let home = self.path.as_deref()?;
        Some(home.strip_suffix(|last| self.is_separator(last)).unwrap_or(home))
    }

    fn begins_with_separator(&self, text: &str) -> bool {
        text.starts_with(|first| self.is_separator(first))
    }

    fn is_separator(&self, character: char) -> bool {
        character == '/' || character == self.platform.separator()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(platform: Platform, home: &str, config: &str, path: Option<&str>, shown: &str) {
        let vars = Vars::default().with("HOME", home).with("AWS_CONFIG_FILE", config);
        let found = locate(&vars, platform).config;
        assert_eq!(found.path(), path.map(Path::new));
        assert_eq!(found.to_string(), shown);
    }

    #[test]
    fn tilde_is_expanded_only_as_the_first_component() {
        use Platform::{Unix, Windows};
        check(Unix, "/home/ann", "~/x", Some("/home/ann/x"), "~/x");
        check(Unix, "/home/ann", "~", Some("/home/ann"), "/home/ann");
        check(Unix, "/home/ann", "~bob/x", Some("~bob/x"), "~bob/x");
        check(Unix, "/home/ann", r"~\x", Some(r"~\x"), r"~\x");
        check(Unix, "/home/ann", "a/~/x", Some("a/~/x"), "a/~/x");
        check(Windows, r"C:\ann", r"~\x", Some(r"C:\ann\x"), r"~\x");
        check(Windows, r"C:\ann", "~/x", Some(r"C:\ann/x"), "~/x");
    }

    #[test]
    fn home_with_a_final_separator_is_joined_without_doubling_it() {
        check(Platform::Unix, "/home/ann/", "", Some("/home/ann/.aws/config"), "~/.aws/config");
        check(Platform::Unix, "/", "", Some("/.aws/config"), "~/.aws/config");
        check(Platform::Windows, r"C:\", "", Some(r"C:\.aws\config"), r"~\.aws\config");
    }

    #[test]
    fn windows_paths_of_every_form_are_kept() {
        let windows = |home, config, path, shown| {
            check(Platform::Windows, home, config, Some(path), shown);
        };
        let share = r"\\files\home$\ann";
        windows(share, "", r"\\files\home$\ann\.aws\config", r"~\.aws\config");
        windows(r"\\files\ann\", "~/c", r"\\files\ann/c", "~/c");
        windows(share, r"\\files\x\c", r"\\files\x\c", r"\\files\x\c");
        // Relative to the working directory of the drive, or to the drive of the process.
        windows(r"C:\ann", r"D:aws\c", r"D:aws\c", r"D:aws\c");
        windows(r"C:\ann", r"\aws\c", r"\aws\c", r"\aws\c");
        // The prefix lifts the limit of 260 characters.
        windows(r"\\?\C:\ann", "", r"\\?\C:\ann\.aws\config", r"~\.aws\config");
    }

    #[test]
    fn path_below_home_is_shown_with_a_tilde() {
        check(Platform::Unix, "/home/ann", "/home/ann/c", Some("/home/ann/c"), "~/c");
        check(Platform::Unix, "/home/ann", "/home/anna/c", Some("/home/anna/c"), "/home/anna/c");
    }

    #[test]
    fn tilde_without_home_has_no_path() {
        check(Platform::Unix, "", "", None, "~/.aws/config");
        check(Platform::Unix, "", "~/x", None, "~/x");
        check(Platform::Unix, "", "/x", Some("/x"), "/x");
    }

    #[test]
    fn location_origin_is_the_variable_or_the_default() {
        let found = locate(&Vars::default().with("AWS_CONFIG_FILE", "/x"), Platform::Unix);
        assert_eq!(found.config.origin().to_string(), "AWS_CONFIG_FILE");
        assert_eq!(*found.credentials.origin(), Origin::Default);
    }
}
