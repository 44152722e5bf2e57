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
/// The size limit for the file.
const MAX_BYTES: usize = 4 << 10;
/// The name of the file with what the user trusts, in the folder of this program.
const TRUSTED: &str = "trusted-profiles.json";

/// A file that names a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryProfile {
    file: DirectoryFile,
    name: String,
    line: u32,
}

impl DirectoryProfile {
    /// Returns the profile of the working directory; `None` if no file names one.
    ///
    /// A file that is not trusted is an error: a command would otherwise use another account than the
    /// folder is meant for. A file that the user chose to ignore does not count.
    pub(crate) fn of_working_directory(vars: &Vars) -> Result<Option<Self>, Error> {
        let Ok(folder) = std::env::current_dir() else { return Ok(None) };
        let choices = Choices::read(vars);
        for file in files(&folder) {
            let file = DirectoryFile::new(&file, vars)?;
            if choices.ignores(&file) {
                continue;
            }
            let found = file.read(vars)?;
            if choices.trusts(&found) {
                return Ok(Some(found));
            }
            let message = format!(
                "{} names the profile \"{}\", and you have not confirmed it",
                found.location(vars),
                found.name
            );
            return Err(Error::new(Exit::Configuration, message)
                .with_cause(
                    "a file in a folder may come from someone else; --profile NAME overrides it, \
                     and `vestibule trust --ignore` ignores it from now on",
                )
                .with_hint("vestibule trust"));
        }
        Ok(None)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn location(&self, vars: &Vars) -> Location {
        self.file.location(vars)
    }

    /// Returns the line with the name.
    pub(crate) fn place(&self, vars: &Vars) -> Place {
        Place::new(&self.location(vars), self.line, None)
    }
}

/// A `.aws-profile` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryFile {
    /// Absolute, without links.
    path: String,
}

impl DirectoryFile {
    /// Returns the file of the folder, or of the nearest folder above that has one.
    pub(crate) fn of_folder(folder: &Path, vars: &Vars) -> Result<Option<Self>, Error> {
        files(folder).next().map(|file| Self::new(&file, vars)).transpose()
    }

    fn new(file: &Path, vars: &Vars) -> Result<Self, Error> {
        let shown = || file.display().to_string();
        let path = dunce::canonicalize(file)
            .map_err(|error| unusable(&shown(), &error.to_string(), vars))?;
        let path =
            path.to_str().ok_or_else(|| unusable(&shown(), "its path is not Unicode", vars))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Reads the name of the profile.
    pub(crate) fn read(&self, vars: &Vars) -> Result<DirectoryProfile, Error> {
        let bytes = DiskFiles.read(Path::new(&self.path));
        let bytes = bytes.map_err(|error| unusable(&self.path, &error.to_string(), vars))?;
        let (name, line) = parse(&bytes).map_err(|error| unusable(&self.path, error, vars))?;
        Ok(DirectoryProfile { file: self.clone(), name, line })
    }

    pub(crate) fn location(&self, vars: &Vars) -> Location {
        Location::new(&self.path, vars, Platform::HERE)
    }

    /// Records the choice of the user.
    pub(crate) fn record(&self, choice: Choice<'_>, vars: &Vars) -> io::Result<()> {
        let path = Choices::path(vars).ok_or(io::ErrorKind::NotFound)?;
        let Choices(mut choices) = Choices::read(vars);
        let name = match choice {
            Choice::Trust(name) => Some(name),
            Choice::Ignore => Some(IGNORED),
            Choice::Forget => None,
        };
        match name {
            Some(name) => choices.insert(self.path.clone(), name.to_owned()),
            None => choices.remove(&self.path),
        };
        DiskFiles.replace(&path, &serde_json::to_vec_pretty(&choices)?, WriteMode::Durable)
    }
}

/// A choice of the user about a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice<'a> {
    /// The file selects the profile as long as it has this name.
    Trust(&'a str),
    /// The file is ignored, whatever it contains.
    Ignore,
    /// The choice is removed, so that the file is an error until the user confirms it.
    Forget,
}

/// The value that stands for an ignored file; no profile has this name.
const IGNORED: &str = "";

/// The choices of the user: the trusted name, or [`IGNORED`], by the path of the file.
#[derive(Debug, Default)]
struct Choices(BTreeMap<String, String>);

impl Choices {
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

    fn trusts(&self, found: &DirectoryProfile) -> bool {
        self.0.get(&found.file.path).is_some_and(|name| *name == found.name)
    }

    fn ignores(&self, file: &DirectoryFile) -> bool {
        self.0.get(&file.path).is_some_and(|name| name == IGNORED)
    }
}

/// Returns the error of a file that cannot be used.
fn unusable(path: &str, error: &str, vars: &Vars) -> Error {
    let location = Location::new(path, vars, Platform::HERE);
    Error::new(Exit::Configuration, format!("{location} cannot be used: {error}")).with_hint(format!(
        "write the name of a profile into {location}, remove it, or ignore it: vestibule trust --ignore"
    ))
}

/// Returns the files of the folder and of those above it, the nearest first.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).filter(|file| file.is_file())
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
    let is_invalid = |c: char| "[]=".contains(c) || c.is_control();
    // A name is invalid if `printable` has to escape a character, which could deceive the user.
    if name.contains(is_invalid) || vestibule_types::printable(name) != name {
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
