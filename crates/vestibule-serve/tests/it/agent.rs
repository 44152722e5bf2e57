//! The agent over its socket.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use vestibule_os::vars;
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
            if *request == CredentialRequest::Profile("dev".to_owned()) {
                let region = Region::new("eu-west-1").ok();
                return Ok(AgentCredentials { credentials: keys(), region });
            }
            Err(AgentError::new(AgentErrorKind::AccessDenied, format!("{request} is not allowed")))
        })
    }
}

fn start(path: &Path, uid: u32) -> AgentServer {
    AgentServer::start(path.to_owned(), uid, Arc::new(OneProfile), world(vars())).unwrap()
}

#[test]
fn agent_gives_what_its_backend_allows_to_its_own_user() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.sock");
    let uid = std::fs::metadata(&folder).unwrap().uid();
    let server = start(&path, uid);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let client = Client::new(&path);
    let found = client.credentials(&CredentialRequest::Profile("dev".to_owned())).unwrap();
    assert_eq!(found.credentials.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(found.credentials.expires_at(), keys().expires_at());
    assert_eq!(found.region.unwrap().as_str(), "eu-west-1");
    let role = CredentialRequest::Role {
        sso_session: None,
        account_id: AccountId::new("111122223333").unwrap(),
        role_name: RoleName::new("A b").unwrap(),
    };
    let error = client.credentials(&role).unwrap_err();
    let ClientErrorKind::Agent(error) = error.kind() else { panic!("{error}") };
    assert_eq!(error.kind, AgentErrorKind::AccessDenied);
    assert_eq!(error.message, "role A b in account 111122223333 is not allowed");
    drop(server);
    assert!(!path.exists());
    let error = client.credentials(&role).unwrap_err();
    assert_eq!(*error.kind(), ClientErrorKind::NotListening(path));
}

#[test]
fn agent_refuses_another_user() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.sock");
    let own = std::fs::metadata(&folder).unwrap().uid();
    let _server = start(&path, own + 1);
    let result = Client::new(&path).credentials(&CredentialRequest::Profile("dev".to_owned()));
    // Root is served by every agent, since it could read everything anyway.
    assert_eq!(result.is_ok(), own == 0, "{result:?}");
}
