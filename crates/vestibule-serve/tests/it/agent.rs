//! The agent over its socket, or its named pipe on Windows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use vestibule_os::vars;
use vestibule_serve::ErrorKind;
use vestibule_serve::agent::{
    AgentCredentials, AgentError, AgentErrorKind, AgentServer, Backend, Client, ClientErrorKind,
    CredentialRequest, Peer,
};
use vestibule_types::{AccountId, Region, RoleName};
use vestibule_world::BoxFuture;

use crate::support::{keys, world};

/// Gives credentials to requests for the profile `dev`.
#[derive(Debug)]
struct OneProfile;

impl Backend for OneProfile {
    fn credentials<'a>(
        &'a self,
        request: &'a CredentialRequest,
        peer: Peer,
    ) -> BoxFuture<'a, Result<AgentCredentials, AgentError>> {
        Box::pin(async move {
            assert!(peer.pid.is_none_or(|pid| u32::try_from(pid).unwrap() == std::process::id()));
            if *request == dev() {
                let region = Region::new("eu-west-1").ok();
                return Ok(AgentCredentials { credentials: keys(), region });
            }
            Err(AgentError::new(AgentErrorKind::AccessDenied, format!("{request} is not allowed")))
        })
    }
}

fn dev() -> CredentialRequest {
    CredentialRequest::Profile("dev".to_owned())
}

/// Returns a folder, with the path of a socket in it, or of a pipe with its name.
fn path() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = if cfg!(windows) {
        let name = folder.path().file_name().unwrap();
        Path::new(r"\\.\pipe").join(name)
    } else {
        folder.path().join("agent.sock")
    };
    (folder, path)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "a pipe of Windows checks its clients itself")]
fn uid(folder: &TempDir) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;

    Some(std::fs::metadata(folder).unwrap().uid())
}

#[cfg(windows)]
fn uid(_folder: &TempDir) -> Option<u32> {
    None
}

fn start(path: &Path, uid: Option<u32>) -> Result<AgentServer, vestibule_serve::Error> {
    AgentServer::start(path.to_owned(), uid, Arc::new(OneProfile), world(vars()))
}

#[test]
fn agent_gives_what_its_backend_allows_to_its_own_user() {
    let (folder, path) = path();
    let server = start(&path, uid(&folder)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let client = Client::new(&path);
    let found = client.credentials(&dev()).unwrap();
    assert_eq!(found.credentials.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(found.credentials.expires_at(), keys().expires_at());
    assert_eq!(found.region.unwrap().as_str(), "eu-west-1");
    let role = CredentialRequest::Role {
        sso_session: None,
        account_id: AccountId::new("111122223333").unwrap(),
        role_name: RoleName::new("A b").unwrap(),
    };
    let error = client.credentials(&role).unwrap_err();
    let ClientErrorKind::Agent(denied) = error.kind() else { panic!("{error}") };
    assert_eq!(denied.kind, AgentErrorKind::AccessDenied);
    assert_eq!(denied.message, "role A b in account 111122223333 is not allowed");
    drop(server);
    let error = client.credentials(&role).unwrap_err();
    assert!(matches!(error.kind(), ClientErrorKind::NotListening(_)), "{error}");
    assert!(cfg!(windows) || !path.exists());
    // The path can be used again.
    start(&path, uid(&folder)).unwrap();
}

#[test]
fn clients_at_the_same_time_are_all_served() {
    let (folder, path) = path();
    let _server = start(&path, uid(&folder)).unwrap();
    let request = |_| {
        let client = Client::new(&path);
        std::thread::spawn(move || client.credentials(&dev()).map(drop))
    };
    let clients: Vec<_> = (0..16).map(request).collect();
    for client in clients {
        client.join().unwrap().unwrap();
    }
}

#[test]
fn path_of_a_running_agent_is_not_taken() {
    let (folder, path) = path();
    let _server = start(&path, uid(&folder)).unwrap();
    let error = start(&path, uid(&folder)).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::PathExists(path.clone()));
    Client::new(&path).credentials(&dev()).unwrap();
}

#[cfg(unix)]
#[test]
fn agent_refuses_another_user() {
    let (folder, path) = path();
    let own = uid(&folder).unwrap();
    let _server = start(&path, Some(own + 1)).unwrap();
    let result = Client::new(&path).credentials(&dev());
    // Root is served by every agent, since it could read everything anyway.
    assert_eq!(result.is_ok(), own == 0, "{result:?}");
}
