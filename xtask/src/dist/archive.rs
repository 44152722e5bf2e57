//! Archives that are the same for the same files: sorted, owned by root, with one time.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;

/// One file of an archive, or a folder, whose path ends with `/`.
#[derive(Clone)]
pub(super) struct Entry {
    /// With `/` between folders.
    pub(super) path: String,
    pub(super) mode: u32,
    /// The number of the user and of the group.
    pub(super) owner: u32,
    pub(super) bytes: Vec<u8>,
}

impl Entry {
    pub(super) fn file(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode: 0o644, owner: 0, bytes: bytes.into() }
    }

    pub(super) fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { mode: 0o755, ..Self::file(path, bytes) }
    }

    pub(super) fn folder(path: impl Into<String>) -> Self {
        Self { mode: 0o755, ..Self::file(path, "") }
    }
}

/// Returns the folders that these files are in.
pub(super) fn folders(entries: &[Entry]) -> Vec<Entry> {
    let parents = |entry: &Entry| -> Vec<String> {
        entry.path.match_indices('/').map(|(end, _)| entry.path[..=end].to_owned()).collect()
    };
    let paths: BTreeSet<String> = entries.iter().flat_map(parents).collect();
    paths.into_iter().map(Entry::folder).collect()
}

/// Returns a tar archive; `time` is in seconds since 1970.
pub(super) fn tar(entries: &[Entry], time: u64) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in sorted(entries) {
        let mut header = tar::Header::new_ustar();
        if entry.path.ends_with('/') {
            header.set_entry_type(tar::EntryType::Directory);
        }
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(time);
        header.set_uid(entry.owner.into());
        header.set_gid(entry.owner.into());
        archive
            .append_data(&mut header, &entry.path, entry.bytes.as_slice())
            .with_context(|| entry.path.clone())?;
    }
    Ok(archive.into_inner()?)
}

/// Compresses with gzip, without a time or a name.
pub(super) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?)
}

/// Returns a zip archive. Its times are those of the first day that the format knows.
pub(super) fn zip(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in sorted(entries) {
        let options = SimpleFileOptions::default()
            .last_modified_time(zip::DateTime::default())
            .compression_level(Some(9))
            .unix_permissions(entry.mode);
        archive.start_file(&entry.path, options).with_context(|| entry.path.clone())?;
        archive.write_all(&entry.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_files_come_from_the_root_down() {
        let folders = folders(&[Entry::file("usr/bin/a", ""), Entry::file("usr/share/b", "")]);
        let paths: Vec<_> = folders.iter().map(|folder| folder.path.as_str()).collect();
        assert_eq!(paths, ["usr/", "usr/bin/", "usr/share/"]);
    }

    #[test]
    fn archives_of_the_same_files_are_identical() {
        let one = Entry::file("a/b", "text");
        let other = Entry::program("a/c", "code");
        let [forward, backward] =
            [[one.clone(), other.clone()], [other, one]].map(|entries| entries.to_vec());
        assert_eq!(tar(&forward, 7).unwrap(), tar(&backward, 7).unwrap());
        assert_eq!(zip(&forward).unwrap(), zip(&backward).unwrap());
        let compressed = gzip(&tar(&forward, 7).unwrap()).unwrap();
        assert_eq!(compressed, gzip(&tar(&backward, 7).unwrap()).unwrap());
    }
}
