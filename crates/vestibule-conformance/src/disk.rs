//! A folder of test data as files in memory.

use std::fs;
use std::io;
use std::path::Path;

use vestibule_world::memory;

use crate::case::files_below;

/// Mounts a folder at `/`; if there is none, the disk is empty. What is written stays in memory.
pub(crate) fn mount(folder: &Path) -> io::Result<memory::Files> {
    let mut disk = memory::Files::default();
    if !folder.exists() {
        return Ok(disk);
    }
    for file in files_below(folder)? {
        let below = file.strip_prefix(folder).unwrap_or(&file);
        disk = disk.with(Path::new("/").join(below), fs::read(&file)?);
    }
    Ok(disk)
}

#[cfg(test)]
mod tests {
    use vestibule_world::Files;

    use super::*;

    #[test]
    fn paths_are_those_below_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home/.aws")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test's own folder")]
        fs::write(folder.path().join("home/.aws/config"), "[default]\n").unwrap();
        let disk = mount(folder.path()).unwrap();
        assert_eq!(&disk.read(Path::new("/home/.aws/config")).unwrap()[..], b"[default]\n");
        assert!(disk.read(Path::new("home/.aws/config")).is_err());
        assert!(mount(&folder.path().join("nowhere")).unwrap().list(Path::new("/")).is_ok());
    }
}
