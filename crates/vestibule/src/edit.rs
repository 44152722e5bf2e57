//! Changes to the configuration files.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule_config::{Dialect, Document, EditError, diff};
use vestibule_profile::{Location, Origin, Place, locate};
use vestibule_world::{Guard, World, WriteMode, block_on};

use crate::{Configuration, Error, ErrorKind, Remedy};

/// The longest wait for another process that changes the same file.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// The number of attempts if a tool that takes no lock changes the file at the same time.
const ATTEMPTS: u32 = 8;

const SECRETS: [&str; 3] = ["aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// The result of a change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Edited {
    /// The file.
    pub location: Location,
    /// The change as a unified diff without secrets; empty if nothing changed.
    pub diff: String,
    /// The file after the change. Unlike `diff`, it contains the secrets of a credentials file.
    pub document: Document,
    /// The backup copy of the file before the change. A credentials file has none, so that no
    /// forgotten copy contains secrets.
    pub undo: Option<PathBuf>,
}

impl Configuration {
    /// Changes a configuration file; the rest of the file is preserved byte for byte.
    ///
    /// `change` gets the current content, not that of this configuration, and is called again if
    /// another program writes meanwhile. The file is replaced atomically, under a lock beside it
    /// (`config.vestibule-lock`), and keeps its mode and its symbolic link; a new file has the mode
    /// 0600. This configuration does not change.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vestibule::world::{World, memory};
    /// use vestibule::config::{Dialect, Edit, SectionKind};
    ///
    /// # let files = memory::Files::default().with("/home/.aws/config", "[profile dev]\n");
    /// # let world = World { files: Arc::new(files), ..memory::world() };
    /// # let configuration = vestibule::Session::builder().world(world).configuration()?;
    /// let set = Edit::set(SectionKind::Profile, "dev", "region", "eu-west-1");
    /// let edited = configuration.edit_blocking(Dialect::Config, |file| set.apply(file))?;
    /// assert!(edited.diff.contains("+region = eu-west-1"));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    ///
    /// # Errors
    /// An invalid value ([`ErrorKind::InvalidInput`]); a file with an invalid line
    /// ([`ErrorKind::Configuration`]); a file that cannot be read or written.
    pub async fn edit(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        self.edit_in(self.async_world(), file, change).await
    }

    /// See [`Configuration::edit`]; for callers that block.
    ///
    /// # Errors
    /// As [`Configuration::edit`].
    pub fn edit_blocking(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        block_on(self.edit_in(self.worlds().local(), file, change))
    }

    /// Returns what [`Configuration::edit`] would change. Writes nothing.
    ///
    /// ```
    /// # use vestibule::world::memory;
    /// use vestibule::config::{Dialect, Edit, SectionKind};
    /// use vestibule::{Files, lint};
    ///
    /// # let configuration = vestibule::Session::builder().world(memory::world()).configuration()?;
    /// let set = Edit::set(SectionKind::Profile, "dev", "sso_sesion", "my-sso");
    /// let preview = configuration.preview(Dialect::Config, |file| set.apply(file))?;
    /// let found = lint(&Files::from_texts(preview.document.text(), ""));
    /// let is_misspelled = |text: String| text.contains("did you mean `sso_session`?");
    /// assert!(found.iter().any(|diagnostic| is_misspelled(diagnostic.to_string())));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Configuration::edit`], except for those of writing.
    pub fn preview(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        let target = Target::new(self.worlds().local(), file)?;
        let before = target.read()?;
        Ok(target.result(&before, target.apply(&before, change)?))
    }

    pub(crate) async fn edit_in(
        &self,
        world: &World,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        let target = Target::new(world, file)?;
        let _guard = target.lock().await?;
        for _ in 0..ATTEMPTS {
            let before = target.read()?;
            let after = target.apply(&before, &change)?;
            let mut edited = target.result(&before, after);
            if edited.diff.is_empty() {
                return Ok(edited);
            }
            if file == Dialect::Config && !before.text().is_empty() {
                edited.undo = Some(target.back_up(&before)?);
            }
            // A tool that takes no lock may have written the file since.
            if target.read()?.text() == before.text() {
                let text = edited.document.text();
                target.write(&target.path, text, WriteMode::PreserveMode)?;
                return Ok(edited);
            }
        }
        Err(target.busy())
    }
}

/// The file to change.
struct Target<'a> {
    world: &'a World,
    dialect: Dialect,
    location: Location,
    path: PathBuf,
}

impl<'a> Target<'a> {
    fn new(world: &'a World, dialect: Dialect) -> Result<Self, Error> {
        let locations = locate(&world.vars, world.platform);
        let location = match dialect {
            Dialect::Config => locations.config,
            Dialect::Credentials => locations.credentials,
        };
        let Some(path) = location.path().map(Path::to_owned) else {
            let text = format!("the location of {location} is not known: HOME is not set");
            return Err(Error::new(ErrorKind::Machine, text));
        };
        Ok(Self { world, dialect, location, path })
    }

    async fn lock(&self) -> Result<Box<dyn Guard>, Error> {
        let guard = self.world.lock_file(&self.path_with("vestibule-lock"), LOCK_TIMEOUT).await;
        guard.map_err(|error| self.write_error(error))?.ok_or_else(|| self.busy())
    }

    /// Reads the file; a missing file is empty.
    fn read(&self) -> Result<Document, Error> {
        let bytes = match self.world.files.read(&self.path) {
            Ok(mut bytes) => std::mem::take(&mut *bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => {
                let location = self.location.clone();
                let remedy = Remedy::FixFile { location: location.clone() };
                let error = FileError::Read { location, source };
                return Err(Error::new(ErrorKind::Configuration, error).with_remedy(remedy));
            }
        };
        Ok(Document::parse_bytes(bytes, self.dialect))
    }

    fn apply(
        &self,
        before: &Document,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Document, Error> {
        change(before).map_err(|source| match &source {
            EditError::InvalidName { .. }
            | EditError::InvalidKey { .. }
            | EditError::InvalidValue { .. } => Error::new(ErrorKind::InvalidInput, source),
            _ => self.edit_error(source),
        })
    }

    fn edit_error(&self, source: EditError) -> Error {
        let location = self.location.clone();
        let (line, excerpt) = match &source {
            EditError::Unreadable(problem) => {
                (Some(problem.line()), Some(problem.caret().to_owned()))
            }
            EditError::NotABlock { line, .. } => (Some(*line), None),
            _ => (None, None),
        };
        let remedy = match line {
            Some(line) => {
                let origin = Origin::File(Place::new(&location, line, None));
                Remedy::FixConfiguration { origin }
            }
            None => Remedy::FixFile { location: location.clone() },
        };
        Error::new(ErrorKind::Configuration, FileError::Change { location, source })
            .with_remedy(remedy)
            .with_excerpt(excerpt)
    }

    fn result(&self, before: &Document, document: Document) -> Edited {
        let location = self.location.clone();
        let diff = diff(before.text(), document.text(), &location.to_string(), is_secret);
        Edited { location, diff, document, undo: None }
    }

    /// Copies the file, with the mode 0600 since it may contain secrets.
    fn back_up(&self, before: &Document) -> Result<PathBuf, Error> {
        let undo = self.path_with("vestibule-undo");
        self.write(&undo, before.text(), WriteMode::Durable)?;
        Ok(undo)
    }

    fn write(&self, path: &Path, text: &str, mode: WriteMode) -> Result<(), Error> {
        let written = self.world.files.replace(path, text.as_bytes(), mode);
        written.map_err(|error| self.write_error(error))
    }

    /// Returns the path with a suffix, such as `config.vestibule-undo` for `config`.
    fn path_with(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{suffix}"));
        name.into()
    }

    fn write_error(&self, source: io::Error) -> Error {
        let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        let error = FileError::Write { location: self.location.clone(), source };
        Error::new(ErrorKind::Machine, error).with_remedy(Remedy::MakeWritable { folder })
    }

    fn busy(&self) -> Error {
        let text = format!("another program is changing {}", self.location);
        Error::new(ErrorKind::Machine, text).with_remedy(Remedy::TryLater)
    }
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("{location} could not be read")]
    Read { location: Location, source: io::Error },
    #[error("{location} cannot be changed")]
    Change { location: Location, source: EditError },
    #[error("{location} could not be written")]
    Write { location: Location, source: io::Error },
}

fn is_secret(key: &str) -> bool {
    SECRETS.iter().any(|secret| key.eq_ignore_ascii_case(secret))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use vestibule_config::{Edit, SectionKind};
    use vestibule_types::{Platform, Vars};
    use vestibule_world::{Files as _, memory};

    use super::*;
    use crate::Session;

    const CONFIG: &str = "/home/ann/.aws/config";
    const UNDO: &str = "/home/ann/.aws/config.vestibule-undo";

    fn configuration(files: &memory::Files) -> Configuration {
        let world = World {
            vars: Vars::default().with("HOME", "/home/ann"),
            platform: Platform::Unix,
            files: Arc::new(files.clone()),
            ..memory::world()
        };
        Session::builder().world(world).configuration().unwrap()
    }

    fn set(
        key: &'static str,
        value: &'static str,
    ) -> impl Fn(&Document) -> Result<Document, EditError> {
        move |document| Edit::set(SectionKind::Profile, "dev", key, value).apply(document)
    }

    fn text(files: &memory::Files, path: &str) -> String {
        String::from_utf8(files.read(Path::new(path)).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn edit_returns_diff_and_backup() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\nregion = a\n");
        let configuration = configuration(&files);
        let preview = configuration.preview(Dialect::Config, set("region", "b")).unwrap();
        assert_eq!(text(&files, CONFIG), "[profile dev]\nregion = a\n");
        let edited = configuration.edit_blocking(Dialect::Config, set("region", "b")).unwrap();
        assert_eq!(edited.diff, preview.diff);
        assert!(edited.diff.contains("-region = a\n+region = b\n"), "{}", edited.diff);
        assert_eq!(text(&files, CONFIG), "[profile dev]\nregion = b\n");
        assert_eq!(text(&files, UNDO), "[profile dev]\nregion = a\n");
        let again = configuration.edit_blocking(Dialect::Config, set("region", "b")).unwrap();
        assert!(again.diff.is_empty() && again.undo.is_none());
    }

    #[test]
    fn edit_is_repeated_if_another_program_writes() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\n");
        let calls = Cell::new(0);
        let change = |document: &Document| {
            if calls.replace(calls.get() + 1) == 0 {
                let _ = files.clone().with(CONFIG, "[profile other]\n");
            }
            set("region", "b")(document)
        };
        configuration(&files).edit_blocking(Dialect::Config, change).unwrap();
        let both = "[profile other]\n\n[profile dev]\nregion = b\n";
        assert_eq!((calls.get(), text(&files, CONFIG).as_str()), (2, both));
    }

    #[test]
    fn lock_held_too_long_is_an_error() {
        let files = memory::Files::default();
        let lock = Path::new("/home/ann/.aws/config.vestibule-lock");
        let _held = files.try_lock(lock).unwrap().unwrap();
        let error =
            configuration(&files).edit_blocking(Dialect::Config, set("region", "b")).unwrap_err();
        assert_eq!(error.to_string(), "another program is changing ~/.aws/config");
        assert_eq!(error.remedy(), Some(&Remedy::TryLater));
    }

    #[test]
    fn secrets_are_neither_shown_nor_copied() {
        let path = "/home/ann/.aws/credentials";
        let files = memory::Files::default().with(path, "[dev]\naws_secret_access_key = old\n");
        let change = set("aws_secret_access_key", "new");
        let edited = configuration(&files).edit_blocking(Dialect::Credentials, change).unwrap();
        assert!(!edited.diff.contains("old") && !edited.diff.contains("new"), "{}", edited.diff);
        assert_eq!(edited.undo, None);
        assert_eq!(text(&files, path), "[dev]\naws_secret_access_key = new\n");
    }

    #[test]
    fn invalid_value_and_invalid_file_are_different_kinds() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\nregion\n");
        let configuration = configuration(&files);
        let kind = |change| configuration.preview(Dialect::Config, change).unwrap_err();
        assert_eq!(kind(set("region", "a\nb")).kind(), ErrorKind::InvalidInput);
        let error = kind(set("region", "b"));
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let Some(Remedy::FixConfiguration { origin }) = error.remedy() else { panic!() };
        assert_eq!(origin.to_string(), "~/.aws/config:2");
        assert!(error.excerpt().is_some());
    }
}
