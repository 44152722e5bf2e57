//! A Unix socket that is private from creation, and never replaces another file.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use vestibule_world::Entropy;

/// A listening socket. Dropping it removes its file, unless the path is another file by then.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    file: (u64, u64),
}

impl Drop for Socket {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|file| identity(&file) == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Creates a socket and listens on it. `AlreadyExists` if the path exists and is not a socket that
/// a killed server left behind.
///
/// The socket is created in a private folder, and linked to its path once its mode is set: a mode
/// cannot be given at creation, and the umask applies to the whole process.
pub(crate) fn bind(path: &Path, entropy: &dyn Entropy) -> io::Result<Socket> {
    if SocketAddr::from_pathname(path).is_err() {
        let message = "the path is too long for the address of a socket";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = PrivateFolder::create(parent.unwrap_or(Path::new(".")), entropy)?;
    let private = folder.0.join("s");
    let listener = UnixListener::bind(&private)?;
    listener.set_nonblocking(true)?;
    fs::set_permissions(&private, Permissions::from_mode(0o600))?;
    let metadata = fs::symlink_metadata(&private)?;
    if is_abandoned(path, metadata.uid()) {
        fs::remove_file(path)?;
    }
    fs::hard_link(&private, path)?;
    Ok(Socket { listener, path: path.to_owned(), file: identity(&metadata) })
}

/// Returns true if the path is a socket of this user without a listener: its server was killed.
fn is_abandoned(path: &Path, uid: u32) -> bool {
    let is_own_socket = |file: &Metadata| file.file_type().is_socket() && file.uid() == uid;
    fs::symlink_metadata(path).is_ok_and(|file| is_own_socket(&file))
        && UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// A temporary folder that only its owner can enter.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn create(parent: &Path, entropy: &dyn Entropy) -> io::Result<Self> {
        // A short name, since the path of a socket is limited to about 100 bytes.
        let mut name = [0; 4];
        entropy.fill(&mut name);
        let folder = parent.join(format!(".{:08x}", u32::from_ne_bytes(name)));
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0.join("s"));
        let _ = fs::remove_dir(&self.0);
    }
}
