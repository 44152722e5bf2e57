use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;

use vestibule::Session;

/// Files in the place of the person's own, for a command that is to ask the endpoint: every SDK
/// would take the credentials of the profile `default` first.
///
/// They are copies without those credentials, there is none where nothing has to be left out, and
/// they go with this.
#[derive(Debug)]
pub(super) struct Shadow {
    folder: PathBuf,
    /// For the command's environment.
    pub(super) variables: Vec<(&'static str, PathBuf)>,
}

impl Shadow {
    pub(super) fn cast(session: &Session) -> io::Result<Option<Self>> {
        let texts = session.configuration().files().without_credentials("default");
        if texts.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut name = [0; 8];
        session.world().entropy.fill(&mut name);
        let folder = format!("vestibule-{:016x}", u64::from_ne_bytes(name));
        let mut shadow = Self { folder: std::env::temp_dir().join(folder), variables: Vec::new() };
        builder().create(&shadow.folder)?;
        let places =
            [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
        for ((variable, name), text) in places.into_iter().zip(texts) {
            let Some(text) = text else { continue };
            let path = shadow.folder.join(name);
            options().write(true).create_new(true).open(&path)?.write_all(text.as_bytes())?;
            shadow.variables.push((variable, path));
        }
        Ok(Some(shadow))
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// For its owner alone, from the first moment.
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
