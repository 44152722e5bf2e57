//! The profile for a folder: a file names it, and the user confirms each name once.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use vestibule::providers::Folder;
use vestibule::world::{Files as _, WriteMode};
use vestibule::{Location, Place, Platform, Vars};
use vestibule_os::DiskFiles;

use crate::error::Error;
use crate::exit::Exit;

/// The name of the file.
pub(crate) const FILE_NAME: &str = ".aws-profile";
/// A longer file is not one of ours.
const MAX_BYTES: usize = 4 << 10;
/// The name of the file with what the user trusts, in the folder of this program.
const TRUSTED: &str = "trusted-profiles.json";

/// A file that names a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryProfile {
    /// Absolute, without links.
    path: String,
    name: String,
    line: u32,
}

impl DirectoryProfile {
    /// Returns the profile of the working directory; `None` if no file names one.
    ///
    /// A file that is not trusted is an error: a command would otherwise use another account than the
    /// folder is meant for.
    pub(crate) fn of_working_directory(vars: &Vars) -> Result<Option<Self>, Error> {
        let Some(file) = std::env::current_dir().ok().and_then(|folder| find(&folder)) else {
            return Ok(None);
        };
        let found = Self::read(&file, vars)?;
        if Trusted::read(vars).contains(&found) {
            return Ok(Some(found));
        }
        let message = format!(
            "{} names the profile \"{}\", and you have not confirmed it",
            found.location(vars),
            found.name
        );
        Err(Error::new(Exit::Configuration, message)
            .with_cause(
                "a file in a folder may come from someone else; --profile NAME overrides it",
            )
            .with_hint("vestibule trust"))
    }

    /// Returns the profile of a folder, whether or not it is trusted.
    pub(crate) fn of_folder(folder: &Path, vars: &Vars) -> Result<Option<Self>, Error> {
        find(folder).map(|file| Self::read(&file, vars)).transpose()
    }

    fn read(file: &Path, vars: &Vars) -> Result<Self, Error> {
        let unreadable = |path: &str, error: &str| {
            let location = Location::new(path, vars, Platform::HERE);
            Error::new(Exit::Configuration, format!("{location} cannot be used: {error}"))
                .with_hint(format!("write the name of a profile into {location}, or remove it"))
        };
        let shown = || file.display().to_string();
        let path =
            dunce::canonicalize(file).map_err(|error| unreadable(&shown(), &error.to_string()))?;
        let path = path.to_str().ok_or_else(|| unreadable(&shown(), "its path is not Unicode"))?;
        let bytes = DiskFiles.read(Path::new(path));
        let bytes = bytes.map_err(|error| unreadable(path, &error.to_string()))?;
        let (name, line) = parse(&bytes).map_err(|error| unreadable(path, error))?;
        Ok(Self { path: path.to_owned(), name, line })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn location(&self, vars: &Vars) -> Location {
        Location::new(&self.path, vars, Platform::HERE)
    }

    /// Returns the line with the name.
    pub(crate) fn place(&self, vars: &Vars) -> Place {
        Place::new(&self.location(vars), self.line, None)
    }

    /// Records that the user trusts this file with this name, or does so no longer.
    pub(crate) fn set_trusted(&self, is_trusted: bool, vars: &Vars) -> io::Result<()> {
        let path = Trusted::path(vars).ok_or(io::ErrorKind::NotFound)?;
        let mut trusted = Trusted::read(vars);
        if is_trusted {
            trusted.0.insert(self.path.clone(), self.name.clone());
        } else {
            trusted.0.remove(&self.path);
        }
        DiskFiles.replace(&path, &serde_json::to_vec_pretty(&trusted.0)?, WriteMode::Durable)
    }
}

/// The names that the user trusts, by the path of the file.
#[derive(Debug, Default)]
struct Trusted(BTreeMap<String, String>);

impl Trusted {
    fn path(vars: &Vars) -> Option<PathBuf> {
        let home = vars.home(Platform::HERE)?;
        Some(Folder::vestibule(&home, Platform::HERE).file(TRUSTED))
    }

    /// Reads the file; one that cannot be read trusts nothing.
    fn read(vars: &Vars) -> Self {
        let bytes = Self::path(vars).and_then(|path| DiskFiles.read(&path).ok());
        let names = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self(names.unwrap_or_default())
    }

    fn contains(&self, found: &DirectoryProfile) -> bool {
        self.0.get(&found.path).is_some_and(|name| *name == found.name)
    }
}

/// Returns the file of the folder, or of the nearest folder above that has one.
fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Returns the name in a file, and its line.
fn parse(bytes: &[u8]) -> Result<(String, u32), &'static str> {
    const RULE: &str = "expected the name of a profile, and nothing else";
    if MAX_BYTES < bytes.len() {
        return Err(RULE);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines().map(str::trim));
    let mut named = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (Some((number, name)), None) = (named.next(), named.next()) else { return Err(RULE) };
    let is_wrong = |c: char| "[]=".contains(c) || c.is_control();
    // Printing changes characters that could deceive a reader.
    if name.contains(is_wrong) || vestibule_types::printable(name) != name {
        return Err(RULE);
    }
    Ok((name.to_owned(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_contains_one_name_and_comments() {
        let name = |name: &str, line| Ok((name.to_owned(), line));
        assert_eq!(parse(b"dev\n"), name("dev", 1));
        assert_eq!(parse("\u{feff}# ours\r\n\r\n  my dev \r\n".as_bytes()), name("my dev", 3));
    }

    #[test]
    fn file_with_anything_else_is_an_error() {
        let long = vec![b'a'; MAX_BYTES + 1];
        let deceptive = "dev\u{202e}".as_bytes();
        for bytes in [
            &b""[..],
            b"# nothing\n",
            b"dev\nprod\n",
            b"[profile dev]\n",
            b"region = us-east-1\n",
            b"dev\0",
            b"\xff",
            deceptive,
            &long,
        ] {
            parse(bytes).unwrap_err();
        }
    }
}
