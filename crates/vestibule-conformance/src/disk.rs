//! Loads a directory of test data into files in memory.

use std::fs;
use std::io;
use std::path::Path;

use vestibule_world::memory;

use crate::case::files_below;

/// Loads a directory as the root of files in memory, empty if it does not exist. Writes stay in
/// memory.
pub(crate) fn load_directory(folder: &Path) -> io::Result<memory::Files> {
    let mut files = memory::Files::default();
    if !folder.exists() {
        return Ok(files);
    }
    for file in files_below(folder)? {
        let relative = file.strip_prefix(folder).unwrap_or(&file);
        files = files.with(Path::new("/").join(relative), fs::read(&file)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use vestibule_world::Files;

    use super::*;

    #[test]
    fn loaded_paths_are_relative_to_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home/.aws")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test's own directory")]
        fs::write(folder.path().join("home/.aws/config"), "[default]\n").unwrap();
        let files = load_directory(folder.path()).unwrap();
        assert_eq!(&files.read(Path::new("/home/.aws/config")).unwrap()[..], b"[default]\n");
        assert!(files.read(Path::new("home/.aws/config")).is_err());
        assert!(
            load_directory(&folder.path().join("missing")).unwrap().list(Path::new("/")).is_ok()
        );
    }
}
