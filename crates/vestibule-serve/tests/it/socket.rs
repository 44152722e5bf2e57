use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;

use vestibule_os::vars;
use vestibule_serve::{ErrorKind, ListenAddress, Server};

use crate::support::{exchange, keys, start, world};

fn get_credentials(path: &Path, server: &Server) -> String {
    let request = format!(
        "GET /credentials HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n\r\n",
        server.token().expose()
    );
    exchange(UnixStream::connect(path).unwrap(), &request)
}

#[test]
fn socket_is_private_and_removed_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serve.sock");
    let server = start(&ListenAddress::Socket(path.clone()), keys());
    let metadata = fs::symlink_metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(server.uri(), "http://localhost/credentials");
    assert!(get_credentials(&path, &server).starts_with("HTTP/1.1 200 OK"));
    let denied = exchange(UnixStream::connect(&path).unwrap(), "GET /credentials HTTP/1.1\r\n\r\n");
    assert!(denied.starts_with("HTTP/1.1 403"), "{denied}");
    drop(server);
    assert!(!path.exists());
}

#[test]
fn existing_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serve.sock");
    let check_exists = || {
        let started =
            Server::start(&ListenAddress::Socket(path.clone()), Arc::new(keys()), world(vars()));
        assert_eq!(*started.unwrap_err().kind(), ErrorKind::PathExists(path.clone()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    };

    fs::write(&path, "mine").unwrap();
    check_exists();
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    fs::remove_file(&path).unwrap();

    std::os::unix::fs::symlink("/nowhere", &path).unwrap();
    check_exists();
    fs::remove_file(&path).unwrap();

    let other = UnixListener::bind(&path).unwrap();
    check_exists();

    // A socket that a killed server left behind is replaced.
    drop(other);
    let server = start(&ListenAddress::Socket(path.clone()), keys());
    assert!(get_credentials(&path, &server).starts_with("HTTP/1.1 200 OK"));

    // A file that has replaced the socket is not removed.
    fs::remove_file(&path).unwrap();
    fs::write(&path, "mine").unwrap();
    drop(server);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn path_longer_than_a_socket_address_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("").as_os_str().len();
    // The limit is 107 bytes on Linux and 103 on macOS.
    let name = |length: usize| folder.path().join("s".repeat(length - prefix));
    drop(start(&ListenAddress::Socket(name(103)), keys()));
    let address = ListenAddress::Socket(name(108));
    let error = Server::start(&address, Arc::new(keys()), world(vars())).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "the path is too long for the address of a socket");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn impossible_path_is_named() {
    let path = Path::new("/nowhere/at/all.sock").to_owned();
    let started = Server::start(&ListenAddress::Socket(path), Arc::new(keys()), world(vars()));
    let error = started.unwrap_err();
    assert_eq!(error.to_string(), "cannot create the socket /nowhere/at/all.sock");
}
