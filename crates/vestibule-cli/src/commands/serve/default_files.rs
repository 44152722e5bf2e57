use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;

use vestibule::Session;

/// Temporary copies of the configuration files without the credentials of the profile `default`,
/// which every SDK would prefer to the endpoint. They are removed on drop.
#[derive(Debug)]
pub(super) struct DefaultFiles {
    folder: PathBuf,
    /// Variables for the environment of the command.
    pub(super) variables: Vec<(&'static str, PathBuf)>,
}

impl DefaultFiles {
    /// Returns `None` if the profile `default` has no credentials.
    pub(super) fn create(session: &Session) -> io::Result<Option<Self>> {
        let texts = session.configuration().files().without_credentials("default");
        if texts.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut name = [0; 8];
        session.async_world().entropy.fill(&mut name);
        let folder = format!("vestibule-{:016x}", u64::from_ne_bytes(name));
        let mut files = Self { folder: std::env::temp_dir().join(folder), variables: Vec::new() };
        builder().create(&files.folder)?;
        let places =
            [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
        for ((variable, name), text) in places.into_iter().zip(texts) {
            let Some(text) = text else { continue };
            let path = files.folder.join(name);
            options().write(true).create_new(true).open(&path)?.write_all(text.as_bytes())?;
            files.variables.push((variable, path));
        }
        Ok(Some(files))
    }
}

impl Drop for DefaultFiles {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Creates folders that only the owner can read.
#[cfg(unix)]
fn builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn builder() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    OpenOptions::new()
}
