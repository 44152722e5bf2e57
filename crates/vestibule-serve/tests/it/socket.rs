use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;

use vestibule_os::vars;
use vestibule_serve::{Error, Place, Server};

use crate::support::{keys, say, start, world};

fn ask(path: &Path, server: &Server) -> String {
    let words = format!(
        "GET /credentials HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n\r\n",
        server.token().expose()
    );
    say(UnixStream::connect(path).unwrap(), &words)
}

#[test]
fn a_socket_is_its_owners_and_goes_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serve.sock");
    let server = start(&Place::Socket(path.clone()), keys());
    let metadata = fs::symlink_metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(server.uri(), "http://localhost/credentials");
    assert!(ask(&path, &server).starts_with("HTTP/1.1 200 OK"));
    let refused = say(UnixStream::connect(&path).unwrap(), "GET /credentials HTTP/1.1\r\n\r\n");
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    drop(server);
    assert!(!path.exists());
}

#[test]
fn what_is_there_already_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serve.sock");
    let is_taken = || {
        let started = Server::start(&Place::Socket(path.clone()), Arc::new(keys()), world(vars()));
        assert!(matches!(started, Err(Error::Taken { .. })), "{started:?}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    };

    fs::write(&path, "mine").unwrap();
    is_taken();
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    fs::remove_file(&path).unwrap();

    std::os::unix::fs::symlink("/nowhere", &path).unwrap();
    is_taken();
    fs::remove_file(&path).unwrap();

    let other = UnixListener::bind(&path).unwrap();
    is_taken();

    // Its server was killed.
    drop(other);
    let server = start(&Place::Socket(path.clone()), keys());
    assert!(ask(&path, &server).starts_with("HTTP/1.1 200 OK"));

    // Somebody else's by now.
    fs::remove_file(&path).unwrap();
    fs::write(&path, "mine").unwrap();
    drop(server);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn a_place_that_cannot_be_is_named() {
    let path = Path::new("/nowhere/at/all.sock").to_owned();
    let started = Server::start(&Place::Socket(path), Arc::new(keys()), world(vars()));
    let error = started.unwrap_err();
    assert_eq!(error.to_string(), "a socket cannot be made at /nowhere/at/all.sock");
}
