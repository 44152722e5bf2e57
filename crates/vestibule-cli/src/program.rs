//! The path of this program.

use std::path::PathBuf;

/// Returns the absolute path of this program: the one in `PATH`, which stays the same after an
/// upgrade, if it leads here.
pub(crate) fn own_path() -> PathBuf {
    let Ok(program) = std::env::current_exe() else { return PathBuf::from("vestibule") };
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let name = program.file_name().unwrap_or_default();
    let mut found = std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .filter(|path| dunce::canonicalize(path).is_ok_and(|path| path == program));
    found.next().unwrap_or(program)
}
