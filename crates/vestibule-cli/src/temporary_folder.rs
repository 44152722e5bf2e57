//! A folder for temporary files that only the user can read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use vestibule::world::Entropy;
use vestibule_types::hex;

/// A folder with a random name. It is removed on drop.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(crate) fn create(entropy: &dyn Entropy) -> io::Result<Self> {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let folder = Self(std::env::temp_dir().join(format!("vestibule-{}", hex(&random))));
        private_folders().create(&folder.0)?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Creates a file with the mode 0600.
    pub(crate) fn create_file(&self, name: &str) -> io::Result<(PathBuf, File)> {
        let path = self.0.join(name);
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.write(true).create_new(true).open(&path)?;
        Ok((path, file))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Best effort: the system removes temporary files too.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Creates folders with the mode 0700.
pub(crate) fn private_folders() -> DirBuilder {
    #[cfg_attr(windows, expect(unused_mut, reason = "there are no modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
