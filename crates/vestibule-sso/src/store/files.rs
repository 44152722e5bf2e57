use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule_cache::Folder;
use vestibule_types::{Platform, Vars};
use vestibule_world::{BoxFuture, Guard, PreparedWrite, World, WriteMode, if_exists};

use super::{Contents, PreparedStore, StoreError, StoreErrorKind, TokenStore};

const READ: &str = "could not read";
const WRITE: &str = "could not write";

/// Files in a folder, as the AWS CLI and the SDKs share them. The default [`TokenStore`].
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    folder: Folder,
    /// The folder of console logins.
    console_folder: Option<Folder>,
    /// False if the folder is only a name, because the home folder is unknown.
    has_home: bool,
}

impl FileTokenStore {
    /// Creates a store of files in this folder.
    pub fn new(folder: Folder) -> Self {
        Self { folder, console_folder: None, has_home: true }
    }

    /// Stores console logins in a folder of their own, as AWS tools do. The names of their entries are
    /// SHA-256 hashes, those of SSO sessions SHA-1 hashes.
    #[must_use]
    pub fn with_console_folder(mut self, folder: impl Into<Option<Folder>>) -> Self {
        self.console_folder = folder.into();
        self
    }

    /// Creates a store of files in `~/.aws/sso/cache`, where every AWS tool looks.
    pub fn at_home(vars: &Vars, platform: Platform) -> Self {
        match vars.home(platform) {
            Some(home) => Self::new(Folder::sso(&home, platform)),
            None => Self { has_home: false, ..Self::new(Folder::sso("~", platform)) },
        }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn folder_of(&self, entry: &str) -> &Folder {
        const SHA_256: usize = 64;
        let stem = entry.split('.').next().unwrap_or(entry);
        let console = self.console_folder.as_ref().filter(|_| stem.len() == SHA_256);
        console.unwrap_or(&self.folder)
    }

    fn path(&self, entry: &str) -> PathBuf {
        self.folder_of(entry).file(entry)
    }

    fn existing_home(&self, entry: &str) -> Result<PathBuf, StoreError> {
        if self.has_home {
            return Ok(self.path(entry));
        }
        let source = "HOME is not set";
        let error = StoreError::new(StoreErrorKind::ReadOnly, WRITE, self.location(entry), source);
        Err(error.in_folder(self.folder_of(entry).path()))
    }

    fn error(
        &self,
        action: &'static str,
        entry: &str,
    ) -> impl FnOnce(io::Error) -> StoreError + use<'_> {
        let (location, folder) = (self.location(entry), self.folder_of(entry).path());
        move |error| StoreError::io(action, location, error).in_folder(folder)
    }
}

impl TokenStore for FileTokenStore {
    fn location(&self, entry: &str) -> String {
        self.path(entry).display().to_string()
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        Box::pin(async move {
            if !self.has_home {
                return Ok(None);
            }
            let contents = if_exists(world.files.read(&self.path(entry)));
            contents.map_err(self.error(READ, entry))
        })
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let path = self.existing_home(entry)?;
            let stored = world.files.replace(&path, contents, mode);
            stored.map_err(self.error(WRITE, entry))
        })
    }

    fn prepare<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        len: usize,
    ) -> BoxFuture<'a, Result<Option<Box<dyn PreparedStore>>, StoreError>> {
        Box::pin(async move {
            let path = self.existing_home(entry)?;
            let prepared = world.files.prepare(&path, len).map_err(self.error(WRITE, entry))?;
            let location = self.location(entry);
            let folder = self.folder_of(entry).path().to_owned();
            Ok(prepared.map(|file| Box::new(PreparedFile { file, location, folder }) as _))
        })
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            if !self.has_home {
                return Ok(false);
            }
            let removed = if_exists(world.files.remove(&self.path(entry)));
            removed.map(|removed| removed.is_some()).map_err(self.error("could not remove", entry))
        })
    }

    fn list<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let mut entries = Vec::new();
            for folder in [Some(&self.folder), self.console_folder.as_ref()].into_iter().flatten() {
                let paths = if_exists(world.files.list(folder.path()));
                let paths = paths.map_err(self.error(READ, ""))?.unwrap_or_default();
                let names = paths.iter().filter_map(|path| path.file_name()?.to_str());
                entries.extend(names.map(str::to_owned));
            }
            Ok(entries)
        })
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        Box::pin(async move {
            let path = self.existing_home(name)?;
            let locked = world.lock_file(&path, at_most).await;
            locked.map_err(self.error("could not lock", name))
        })
    }

    fn is_shared(&self) -> bool {
        self.has_home
    }
}

#[derive(Debug)]
struct PreparedFile {
    file: Box<dyn PreparedWrite>,
    location: String,
    folder: PathBuf,
}

impl PreparedStore for PreparedFile {
    fn commit<'a>(
        self: Box<Self>,
        _world: &'a World,
        contents: &'a [u8],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let committed = self.file.commit(contents);
        let Self { location, folder, .. } = *self;
        Box::pin(async move {
            committed.map_err(|error| StoreError::io(WRITE, location, error).in_folder(folder))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_logins_have_a_folder_of_their_own() {
        let folder = |path: &str| Folder::new(path, Platform::Unix);
        let both = FileTokenStore::new(folder("/sso"));
        let apart = both.clone().with_console_folder(folder("/login"));
        for extension in ["json", "session", "queue.lock"] {
            let sso = format!("{}.{extension}", "a".repeat(40));
            let console = format!("{}.{extension}", "a".repeat(64));
            assert_eq!(apart.location(&sso), format!("/sso/{sso}"));
            assert_eq!(apart.location(&console), format!("/login/{console}"));
            assert_eq!(both.location(&console), format!("/sso/{console}"));
        }
    }

    #[test]
    fn store_without_a_home_folder_is_not_shared() {
        let vars = Vars::default();
        assert!(!FileTokenStore::at_home(&vars, Platform::Unix).is_shared());
        assert!(FileTokenStore::at_home(&vars.with("HOME", "/home"), Platform::Unix).is_shared());
    }
}
