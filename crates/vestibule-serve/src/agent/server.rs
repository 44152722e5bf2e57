use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use http::request::Parts;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;
use vestibule_types::{AccountId, RoleName, printable_line};
use vestibule_world::{BoxFuture, World};

use super::{AgentError, AgentErrorKind, Backend, CredentialRequest, PATH};
use crate::Error;
use crate::connections::{Peer, Respond};
use crate::listen::bind_agent;
use crate::response::{self, Response};
use crate::server_thread::{self, ServerThread};

/// The limit for concurrent requests to the backend; further requests wait.
const MAX_REQUESTS: usize = 64;

/// A running agent. Dropping it stops it and removes its socket or pipe.
pub struct AgentServer {
    path: PathBuf,
    /// Stops when it is dropped.
    _thread: ServerThread,
}

impl AgentServer {
    /// Starts an agent at this path, on a thread of its own.
    ///
    /// The socket has mode 0600 from creation, and only processes of `uid` and of root are served. On
    /// Windows the path is that of a named pipe (`\\\\.\\pipe\\NAME`), `uid` is `None`, and the pipe admits
    /// its user, administrators and the system. A backend is called on a tokio runtime with one thread.
    ///
    /// # Errors
    /// The socket or pipe cannot be created; see [`Error`].
    pub fn start(
        path: PathBuf,
        uid: Option<u32>,
        backend: Arc<dyn Backend>,
        world: World,
    ) -> Result<Self, Error> {
        let runtime = server_thread::runtime()?;
        let listener = {
            let _context = runtime.enter();
            bind_agent(&path, &*world.entropy)?
        };
        let requests = Semaphore::new(MAX_REQUESTS);
        let state = Arc::new(AgentState { uid, backend, world, requests });
        let thread = ServerThread::start("vestibule-agent", runtime, listener, state)?;
        Ok(Self { path, _thread: thread })
    }
}

impl fmt::Debug for AgentServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentServer").field("path", &self.path).finish_non_exhaustive()
    }
}

struct AgentState {
    uid: Option<u32>,
    backend: Arc<dyn Backend>,
    world: World,
    requests: Semaphore,
}

impl Respond for AgentState {
    fn respond(self: Arc<Self>, head: Parts, peer: Option<Peer>) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            // Not in a task of its own: the backend must not prompt for a client that has disconnected.
            let _permit = self.requests.acquire().await;
            match self.credentials(&head, peer).await {
                Ok(response) => response,
                Err(error) => {
                    let status = match error.kind {
                        AgentErrorKind::AccessDenied => StatusCode::FORBIDDEN,
                        AgentErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                        _ => StatusCode::BAD_REQUEST,
                    };
                    let message = printable_line(&error.message, 2000);
                    response::error_response(status, error.kind.code(), &message)
                }
            }
        })
    }
}

impl AgentState {
    fn serves(&self, peer: &Peer) -> bool {
        match peer.uid {
            Some(uid) => [self.uid, Some(0)].contains(&Some(uid)),
            None => cfg!(windows),
        }
    }

    async fn credentials(&self, head: &Parts, peer: Option<Peer>) -> Result<Response, AgentError> {
        let peer = peer.filter(|peer| self.serves(peer)).ok_or_else(|| {
            AgentError::new(AgentErrorKind::AccessDenied, "the agent serves its own user only")
        })?;
        let request = parse(head).ok_or_else(|| {
            let message = "invalid request: expected GET /v1/credentials with `profile`, or with \
                           `account_id` and `role_name`";
            AgentError::new(AgentErrorKind::Configuration, message)
        })?;
        let found = self.backend.credentials(&request, peer).await?;
        let now = self.world.clock.now();
        Ok(response::credentials_response(&found.credentials, found.region.as_ref(), now))
    }
}

fn parse(head: &Parts) -> Option<CredentialRequest> {
    if head.method != Method::GET || head.uri.path() != PATH {
        return None;
    }
    let (mut profile, mut sso_session, mut account_id, mut role_name) = (None, None, None, None);
    for pair in head.uri.query()?.split('&') {
        let (name, value) = pair.split_once('=')?;
        let member = match name {
            "profile" => &mut profile,
            "sso_session" => &mut sso_session,
            "account_id" => &mut account_id,
            "role_name" => &mut role_name,
            _ => return None,
        };
        let value = percent_decode_str(value).decode_utf8().ok()?.into_owned();
        if member.replace(value).is_some() {
            return None;
        }
    }
    match (profile, account_id, role_name) {
        (Some(name), None, None) if sso_session.is_none() => Some(CredentialRequest::Profile(name)),
        (None, Some(account_id), Some(role_name)) => Some(CredentialRequest::Role {
            sso_session,
            account_id: AccountId::new(&account_id).ok()?,
            role_name: RoleName::new(&role_name).ok()?,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(method: &str, target: &str) -> Option<String> {
        let request = http::Request::builder().method(method).uri(target).body(()).unwrap();
        parse(&request.into_parts().0).map(|request| format!("{request:?}"))
    }

    #[test]
    fn request_names_a_profile_or_a_role() {
        let profile = parse_line("GET", "/v1/credentials?profile=my%20dev");
        assert_eq!(profile.as_deref(), Some("Profile(\"my dev\")"));
        let role = "/v1/credentials?account_id=111122223333&role_name=R&sso_session=s";
        assert!(
            parse_line("GET", role).is_some_and(|role| role.contains("AccountId(111122223333)"))
        );
        for target in [
            "/v1/credentials",
            "/v1/credentials?profile",
            "/v1/credentials?profile=a&profile=b",
            "/v1/credentials?profile=a&role_name=b",
            "/v1/credentials?account_id=111122223333",
            "/v1/credentials?profile=%ff",
            "/v1/credentials?profile=a&other=b",
            "/credentials?profile=a",
        ] {
            assert_eq!(parse_line("GET", target), None, "{target}");
        }
        assert_eq!(parse_line("POST", "/v1/credentials?profile=a"), None);
    }
}
