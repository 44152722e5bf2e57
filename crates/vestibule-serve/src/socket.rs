//! A Unix socket that is its owner's from the first moment, and never takes another file's place.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use vestibule_world::Entropy;

/// A socket to listen at. The file goes with it, unless something else is there by then.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    file: (u64, u64),
}

impl Drop for Socket {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|there| identity(&there) == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens at a new socket; `AlreadyExists` if there is anything but a socket that its server left
/// behind.
///
/// It is made in a folder that nobody else can enter and linked into place when its mode is right:
/// the standard library has no mode for sockets, and the mask that would do belongs to the process.
pub(crate) fn bind(path: &Path, entropy: &dyn Entropy) -> io::Result<Socket> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = Folder::make(parent.unwrap_or(Path::new(".")), entropy)?;
    let made = folder.0.join("s");
    let listener = UnixListener::bind(&made)?;
    listener.set_nonblocking(true)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    let metadata = fs::symlink_metadata(&made)?;
    if was_left_behind(path, metadata.uid()) {
        fs::remove_file(path)?;
    }
    fs::hard_link(&made, path)?;
    Ok(Socket { listener, path: path.to_owned(), file: identity(&metadata) })
}

/// A socket of ours at which nobody listens: its server was killed.
fn was_left_behind(path: &Path, ours: u32) -> bool {
    let is_our_socket = |file: &Metadata| file.file_type().is_socket() && file.uid() == ours;
    fs::symlink_metadata(path).is_ok_and(|file| is_our_socket(&file))
        && UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// A folder for ourselves, for a moment.
struct Folder(PathBuf);

impl Folder {
    fn make(parent: &Path, entropy: &dyn Entropy) -> io::Result<Self> {
        // Short: the whole address of a socket has room for some hundred bytes.
        let mut name = [0; 4];
        entropy.fill(&mut name);
        let folder = parent.join(format!(".{:08x}", u32::from_ne_bytes(name)));
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0.join("s"));
        let _ = fs::remove_dir(&self.0);
    }
}
