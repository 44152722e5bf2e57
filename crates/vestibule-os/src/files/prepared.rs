use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use vestibule_world::PreparedWrite;

use super::disk::{create_folder, parent_folder, resolve_links, write_and_rename};
use super::is_unwritable;
use super::temporary::{TemporaryFile, remove_abandoned};

/// A block of most file systems.
const BLOCK: usize = 4096;

/// Makes a temporary file with room for `len` bytes, to be put in place of the target.
///
/// A file that cannot be replaced, because its folder is read-only or the file is a mount point of
/// its own, but that can be written, will be written in place.
pub(super) fn prepare(path: &Path, len: usize) -> io::Result<Box<dyn PreparedWrite>> {
    let target = resolve_links(path)?;
    if is_mount_point(&target) {
        return Ok(Box::new(InPlace { file: OpenOptions::new().write(true).open(&target)? }));
    }
    match reserve(&target, len) {
        Ok((temporary, file)) => Ok(Box::new(Replacement { temporary, file, target })),
        Err(error) if is_unwritable(&error) => {
            let file = OpenOptions::new().write(true).open(&target).map_err(|_| error)?;
            Ok(Box::new(InPlace { file }))
        }
        Err(error) => Err(error),
    }
}

fn reserve(target: &Path, len: usize) -> io::Result<(TemporaryFile, File)> {
    create_folder(parent_folder(target))?;
    let (temporary, mut file) = TemporaryFile::in_folder(parent_folder(target))?;
    file.write_all(&vec![0; len.next_multiple_of(BLOCK)])?;
    // Some file systems, such as NFS, notice only now that they are full.
    file.sync_all()?;
    Ok((temporary, file))
}

#[derive(Debug)]
struct Replacement {
    temporary: TemporaryFile,
    file: File,
    target: PathBuf,
}

impl PreparedWrite for Replacement {
    fn commit(self: Box<Self>, contents: &[u8]) -> io::Result<()> {
        let Self { temporary, mut file, target } = *self;
        overwrite(&mut file, contents)?;
        // Open, and so locked, until it is renamed; not on Windows, which cannot rename an open file.
        let _held = (!cfg!(windows)).then_some(file);
        match temporary.persist(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_and_rename(&target, contents, None, true)
            }
            persisted => {
                remove_abandoned(parent_folder(&target));
                persisted
            }
        }
    }
}

#[derive(Debug)]
struct InPlace {
    file: File,
}

impl PreparedWrite for InPlace {
    fn commit(mut self: Box<Self>, contents: &[u8]) -> io::Result<()> {
        overwrite(&mut self.file, contents)
    }
}

fn overwrite(file: &mut File, contents: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(contents)?;
    file.set_len(contents.len() as u64)?;
    file.sync_all()
}

/// True for a file that is mounted by itself, as containers have it: no rename can replace it.
#[cfg(target_os = "linux")]
fn is_mount_point(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    let Ok(mounts) = std::fs::read("/proc/self/mountinfo") else { return false };
    let path = path.as_os_str().as_encoded_bytes();
    // The fifth field, in which blanks and backslashes are written as octal numbers.
    let escaped = path.iter().flat_map(|byte| match byte {
        b' ' => br"\040".to_vec(),
        b'\t' => br"\011".to_vec(),
        b'\n' => br"\012".to_vec(),
        b'\\' => br"\134".to_vec(),
        byte => vec![*byte],
    });
    let escaped: Vec<u8> = escaped.collect();
    mounts
        .split(|byte| *byte == b'\n')
        .any(|line| line.split(|byte| *byte == b' ').nth(4) == Some(&escaped[..]))
}

#[cfg(not(target_os = "linux"))]
fn is_mount_point(_path: &Path) -> bool {
    false
}
