use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use vestibule_profile::{Files, Location, Origin, locate};
use vestibule_world::World;

/// Error returned when a configuration file exists but cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{location} could not be read{}", named_by(location))]
#[non_exhaustive]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The same as a location, with the variable that names it.
    pub location: Location,
    /// The error of the operating system.
    #[source]
    pub source: io::Error,
}

fn named_by(location: &Location) -> String {
    match location.origin() {
        Origin::Default => String::new(),
        origin => format!(" (named by {origin})"),
    }
}

/// Reads both configuration files; a missing file counts as empty.
///
/// # Errors
/// A file that cannot be read, or that is a folder.
pub fn read_files(world: &World) -> Result<Files, ReadError> {
    let locations = locate(&world.vars, world.platform);
    let config = read(world, &locations.config)?;
    let credentials = read(world, &locations.credentials)?;
    Ok(Files::new(&locations, config, credentials))
}

fn read(world: &World, location: &Location) -> Result<Option<Bytes>, ReadError> {
    let Some(path) = location.path() else { return Ok(None) };
    match world.files.read_input(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ReadError { path: path.to_owned(), location: location.clone(), source }),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use vestibule_types::{Vars, Zeroizing};
    use vestibule_world::{Guard, WriteMode, memory};

    use super::*;

    /// Files that this user may not read.
    #[derive(Debug)]
    struct Unreadable;

    impl vestibule_world::Files for Unreadable {
        fn read(&self, _path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn replace(&self, _path: &Path, _contents: &[u8], _mode: WriteMode) -> io::Result<()> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn remove(&self, _path: &Path) -> io::Result<()> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn list(&self, _folder: &Path) -> io::Result<Vec<PathBuf>> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn try_lock(&self, _path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn probe(&self, _path: &Path) -> io::Result<()> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str) {
        let vars: Vars = vars.iter().copied().chain([("HOME", "/home")]).collect();
        let world = World { vars, files: Arc::new(Unreadable), ..memory::world() };
        let error = read_files(&world).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.source.kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn unreadable_file_is_an_error_that_names_its_variable() {
        check(&[], "~/.aws/config could not be read");
        check(
            &[("AWS_CONFIG_FILE", "/etc/aws")],
            "/etc/aws could not be read (named by AWS_CONFIG_FILE)",
        );
    }

    #[test]
    fn missing_files_are_empty() {
        let files = read_files(&memory::world()).unwrap();
        assert!(files.profile("default").is_none());
    }
}
