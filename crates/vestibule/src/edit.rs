//! Changes to the configuration files, as a guest makes them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule_config::{Dialect, Document, EditError, diff};
use vestibule_profile::{Location, locate};
use vestibule_world::{Guard, World, WriteMode, block_on};

use crate::{Configuration, Error, ErrorKind, Remedy};

/// How long another process may take over its change of the same file.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// How often a file may change under our hands; tools that know no lock write rarely.
const ATTEMPTS: u32 = 8;

const SECRETS: [&str; 3] = ["aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// The file in which the AWS CLI keeps a key: keys and tokens are in the credentials file.
pub fn file_for_key(key: &str) -> Dialect {
    if is_secret(key) || key.eq_ignore_ascii_case("aws_access_key_id") {
        Dialect::Credentials
    } else {
        Dialect::Config
    }
}

/// What became of a change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Edited {
    /// The file.
    pub location: Location,
    /// What changed, as a unified diff without secrets; empty if nothing did.
    pub diff: String,
    /// The file as it was, if it was changed. Of a credentials file there is no copy: nobody
    /// would look after the secrets in it.
    pub undo: Option<PathBuf>,
}

impl Configuration {
    /// Changes a file and nothing else in it.
    ///
    /// `change` is given the file as it is now, not as it was when this configuration was read,
    /// and is called anew if another program writes meanwhile. The file is replaced whole, under
    /// a lock beside it (`config.vestibule-lock`), and keeps its mode and its symbolic link; a new
    /// one is 0600. This configuration stays as it was read.
    ///
    /// # Errors
    /// A change that is refused: [`ErrorKind::Usage`] where the value is at fault,
    /// [`ErrorKind::Configuration`] where the file is. A file that cannot be read or written.
    pub async fn edit(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        self.edit_through(self.worlds.waiting(), file, change).await
    }

    /// The same for callers that block.
    ///
    /// # Errors
    /// As [`Configuration::edit`].
    pub fn edit_blocking(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        block_on(self.edit_through(self.worlds.local(), file, change))
    }

    /// What [`Configuration::edit`] would do now. Writes nothing.
    ///
    /// # Errors
    /// As there, but for what only writing finds out.
    pub fn preview(
        &self,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        let target = Target::new(self.worlds.local(), file)?;
        let before = target.read()?;
        Ok(target.edited(&before, &target.changed(&before, change)?))
    }

    pub(crate) async fn edit_through(
        &self,
        world: &World,
        file: Dialect,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Edited, Error> {
        let target = Target::new(world, file)?;
        let _guard = target.lock().await?;
        for _ in 0..ATTEMPTS {
            let before = target.read()?;
            let after = target.changed(&before, &change)?;
            let mut edited = target.edited(&before, &after);
            if edited.diff.is_empty() {
                return Ok(edited);
            }
            if file == Dialect::Config && !before.text().is_empty() {
                edited.undo = Some(target.keep(&before)?);
            }
            // A program that knows no lock may have written while we were thinking.
            if target.read()?.text() == before.text() {
                target.write(&target.path, after.text(), WriteMode::PreserveMode)?;
                return Ok(edited);
            }
        }
        Err(target.busy())
    }
}

/// One of the two files, in a world.
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
            let text = format!("nobody knows where {location} is: HOME is not set");
            return Err(Error::new(ErrorKind::Machine, text));
        };
        Ok(Self { world, dialect, location, path })
    }

    async fn lock(&self) -> Result<Box<dyn Guard>, Error> {
        let path = self.beside("vestibule-lock");
        let until = self.world.clock.now() + PATIENCE;
        loop {
            let held = self.world.files.try_lock(&path).map_err(|error| self.unwritable(error))?;
            match held {
                Some(guard) => return Ok(guard),
                None if until <= self.world.clock.now() => return Err(self.busy()),
                None => self.world.clock.sleep(PAUSE).await,
            }
        }
    }

    /// The file as it is now; one that is missing is empty.
    fn read(&self) -> Result<Document, Error> {
        let bytes = match self.world.files.read(&self.path) {
            Ok(mut bytes) => std::mem::take(&mut *bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => {
                let at = self.location.to_string();
                let error = Failed::Read { location: self.location.clone(), source };
                return Err(Error::new(ErrorKind::Configuration, error)
                    .with_remedy(Remedy::FixConfiguration { at }));
            }
        };
        Ok(Document::parse_bytes(bytes, self.dialect))
    }

    fn changed(
        &self,
        before: &Document,
        change: impl Fn(&Document) -> Result<Document, EditError>,
    ) -> Result<Document, Error> {
        change(before).map_err(|source| match &source {
            EditError::InvalidName { .. }
            | EditError::InvalidKey { .. }
            | EditError::InvalidValue { .. } => Error::new(ErrorKind::Usage, source),
            _ => self.refused(source),
        })
    }

    fn refused(&self, source: EditError) -> Error {
        let location = self.location.clone();
        let (line, excerpt) = match &source {
            EditError::Unreadable(problem) => {
                (Some(problem.line()), Some(problem.caret().to_owned()))
            }
            EditError::NotABlock { line, .. } => (Some(*line), None),
            _ => (None, None),
        };
        let at = line.map_or_else(|| location.to_string(), |line| format!("{location}:{line}"));
        Error::new(ErrorKind::Configuration, Failed::Change { location, source })
            .with_remedy(Remedy::FixConfiguration { at })
            .with_excerpt(excerpt)
    }

    fn edited(&self, before: &Document, after: &Document) -> Edited {
        let location = self.location.clone();
        let diff = diff(before.text(), after.text(), &location.to_string(), is_secret);
        Edited { location, diff, undo: None }
    }

    /// Keeps the file as it was. It may hold secrets, whatever its own mode.
    fn keep(&self, before: &Document) -> Result<PathBuf, Error> {
        let undo = self.beside("vestibule-undo");
        self.write(&undo, before.text(), WriteMode::Durable)?;
        Ok(undo)
    }

    fn write(&self, path: &Path, text: &str, keep: WriteMode) -> Result<(), Error> {
        let written = self.world.files.replace(path, text.as_bytes(), keep);
        written.map_err(|error| self.unwritable(error))
    }

    /// `config.vestibule-undo` for `config`.
    fn beside(&self, what: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{what}"));
        name.into()
    }

    fn unwritable(&self, source: io::Error) -> Error {
        let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        let error = Failed::Write { location: self.location.clone(), source };
        Error::new(ErrorKind::Machine, error).with_remedy(Remedy::MakeWritable { folder })
    }

    fn busy(&self) -> Error {
        let text = format!("another program keeps changing {}", self.location);
        Error::new(ErrorKind::Machine, text).with_remedy(Remedy::TryLater)
    }
}

#[derive(Debug, thiserror::Error)]
enum Failed {
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

    fn over(files: &memory::Files) -> Configuration {
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
    fn a_change_is_made_shown_and_can_be_undone() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\nregion = a\n");
        let configuration = over(&files);
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
    fn a_change_is_made_anew_on_what_another_program_wrote() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\n");
        let calls = Cell::new(0);
        let change = |document: &Document| {
            if calls.replace(calls.get() + 1) == 0 {
                let _ = files.clone().with(CONFIG, "[profile other]\n");
            }
            set("region", "b")(document)
        };
        over(&files).edit_blocking(Dialect::Config, change).unwrap();
        let both = "[profile other]\n\n[profile dev]\nregion = b\n";
        assert_eq!((calls.get(), text(&files, CONFIG).as_str()), (2, both));
    }

    #[test]
    fn who_waits_too_long_for_the_lock_gives_up() {
        let files = memory::Files::default();
        let lock = Path::new("/home/ann/.aws/config.vestibule-lock");
        let _held = files.try_lock(lock).unwrap().unwrap();
        let error = over(&files).edit_blocking(Dialect::Config, set("region", "b")).unwrap_err();
        assert_eq!(error.to_string(), "another program keeps changing ~/.aws/config");
        assert_eq!(error.remedy(), Some(&Remedy::TryLater));
    }

    #[test]
    fn secrets_are_not_shown_and_not_copied() {
        let path = "/home/ann/.aws/credentials";
        let files = memory::Files::default().with(path, "[dev]\naws_secret_access_key = old\n");
        let change = set("aws_secret_access_key", "new");
        let edited = over(&files).edit_blocking(Dialect::Credentials, change).unwrap();
        assert!(!edited.diff.contains("old") && !edited.diff.contains("new"), "{}", edited.diff);
        assert_eq!(edited.undo, None);
        assert_eq!(text(&files, path), "[dev]\naws_secret_access_key = new\n");
    }

    #[test]
    fn a_refusal_says_whose_fault_it_is() {
        let files = memory::Files::default().with(CONFIG, "[profile dev]\nregion\n");
        let configuration = over(&files);
        let kind = |change| configuration.preview(Dialect::Config, change).unwrap_err();
        assert_eq!(kind(set("region", "a\nb")).kind(), ErrorKind::Usage);
        let error = kind(set("region", "b"));
        let at = "~/.aws/config:2".to_owned();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.remedy(), Some(&Remedy::FixConfiguration { at }));
        assert!(error.excerpt().is_some());
    }

    #[test]
    fn keys_are_where_the_aws_cli_puts_them() {
        assert_eq!(file_for_key("AWS_SECURITY_TOKEN"), Dialect::Credentials);
        assert_eq!(file_for_key("aws_access_key_id"), Dialect::Credentials);
        assert_eq!(file_for_key("region"), Dialect::Config);
    }
}
