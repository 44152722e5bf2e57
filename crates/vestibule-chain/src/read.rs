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
