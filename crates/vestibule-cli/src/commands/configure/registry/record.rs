use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use vestibule::providers::Folder;
use vestibule::world::{Files as _, WriteMode};
use vestibule::{Platform, Vars};
use vestibule_os::DiskFiles;

/// The name of the file, in the folder of this program.
const FILE: &str = "registries.json";

/// A registry that the user added.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// A URL, or an absolute path.
    pub(super) source: String,
    pub(super) requires_signature: bool,
    /// The commit that was applied last.
    pub(super) commit: Option<String>,
}

/// The registries of the user, by name.
#[derive(Debug, Default)]
pub(super) struct Records(pub(super) BTreeMap<String, Record>);

impl Records {
    /// Reads the file; a missing one has no registries.
    pub(super) fn read(vars: &Vars) -> io::Result<Self> {
        let bytes = match DiskFiles.read(&path(vars)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            bytes => bytes?,
        };
        let members: Map<String, Value> = serde_json::from_slice(&bytes)?;
        let record = |(name, value): (String, Value)| {
            let record = Record {
                source: value["source"].as_str()?.to_owned(),
                requires_signature: value["requiresSignature"].as_bool()?,
                commit: value["commit"].as_str().map(str::to_owned),
            };
            Some((name, record))
        };
        let records: Option<_> = members.into_iter().map(record).collect();
        Ok(Self(records.ok_or(io::ErrorKind::InvalidData)?))
    }

    pub(super) fn write(&self, vars: &Vars) -> io::Result<()> {
        let record = |(name, record): (&String, &Record)| {
            let value = json!({
                "source": record.source,
                "requiresSignature": record.requires_signature,
                "commit": record.commit,
            });
            (name.clone(), value)
        };
        let members: Map<String, Value> = self.0.iter().map(record).collect();
        let bytes = serde_json::to_vec_pretty(&members)?;
        DiskFiles.replace(&path(vars)?, &bytes, WriteMode::Durable)
    }
}

fn path(vars: &Vars) -> io::Result<PathBuf> {
    let home = vars.home(Platform::HERE);
    let home = home.ok_or_else(|| io::Error::other("there is no home folder"))?;
    Ok(Folder::vestibule(&home, Platform::HERE).file(FILE))
}
