use std::io::{self, Write as _};
use std::path::PathBuf;

use vestibule::Session;

use crate::temporary_folder::TemporaryFolder;

/// Temporary copies of the configuration files without the credentials of the profile `default`,
/// which every SDK would prefer to the endpoint. They are removed on drop.
#[derive(Debug)]
pub(super) struct DefaultFiles {
    _folder: TemporaryFolder,
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
        let folder = TemporaryFolder::create(&*session.async_world().entropy)?;
        let names = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
        let mut variables = Vec::new();
        for ((variable, name), text) in names.into_iter().zip(texts) {
            let Some(text) = text else { continue };
            let (path, mut file) = folder.create_file(name)?;
            file.write_all(text.as_bytes())?;
            variables.push((variable, path));
        }
        Ok(Some(Self { _folder: folder, variables }))
    }
}
