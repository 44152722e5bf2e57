use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use vestibule::world::BoxFuture;
use vestibule::{
    ErrorKind, Location, Locations, Overrides, RoleOverride, Session, Sourced, TokenStore,
};
use vestibule_serve::agent::{
    AgentCredentials, AgentError, AgentErrorKind, Backend, CredentialRequest, Peer,
};

use super::allowlist::Allowlist;
use super::audit::AuditLog;
use super::confirmation::Confirmation;
use crate::app::App;
use crate::error::Error;
use crate::helper_process::HelperProcess;
use crate::native_process;

/// A backend that returns credentials of the user's sessions. All clients share the sessions.
#[derive(Debug)]
pub(super) struct SessionBackend {
    allowed: Allowlist,
    confirmation: Option<Confirmation>,
    log: AuditLog,
    helper: Arc<HelperProcess>,
    store: Arc<dyn TokenStore>,
    locations: Locations,
    sessions: Mutex<Sessions>,
}

/// The sessions of one state of the configuration files.
#[derive(Debug, Default)]
struct Sessions {
    files: [FileState; 2],
    loaded: HashMap<CredentialRequest, Session>,
}

/// The time and the length of a file, which differ after a change; `None` if there is no file.
type FileState = Option<(SystemTime, u64)>;

impl SessionBackend {
    pub(super) fn new(
        app: &App<'_>,
        allowed: Allowlist,
        confirmation: Option<Confirmation>,
        log: AuditLog,
    ) -> Result<Self, Error> {
        let helper = Arc::new(HelperProcess::new(app.global, None));
        let store = app.store()?.token_store();
        let locations = app.configuration()?.locations();
        let sessions = Mutex::default();
        Ok(Self { allowed, confirmation, log, helper, store, locations, sessions })
    }

    async fn respond(
        &self,
        request: &CredentialRequest,
        peer: Peer,
    ) -> Result<AgentCredentials, AgentError> {
        let denied = || {
            let message = format!("the agent does not give the credentials of {request}");
            AgentError::new(AgentErrorKind::AccessDenied, message)
        };
        // A profile that is not allowed by its name may have a role that is allowed.
        let is_role = matches!(request, CredentialRequest::Role { .. });
        let is_allowed = self.allowed.allows_request(request);
        if is_role && !is_allowed {
            return Err(denied());
        }
        let session = match self.session(request) {
            Ok(session) => session,
            Err(_) if !is_allowed => return Err(denied()),
            Err(error) => return Err(agent_error(error)),
        };
        if !is_allowed && !self.allowed.allows_plan(session.plan()) {
            return Err(denied());
        }
        if let Some(confirmation) = &self.confirmation
            && !confirmation.is_given(request, peer).await
        {
            let message = format!("the user did not confirm the use of {request}");
            return Err(AgentError::new(AgentErrorKind::AccessDenied, message));
        }
        match session.credentials().await {
            Ok(credentials) => Ok(AgentCredentials {
                credentials: (*credentials).clone(),
                region: session.region().cloned(),
            }),
            Err(error) => {
                // The next request reads the configuration again, which may have changed.
                self.sessions().loaded.remove(request);
                Err(agent_error(error))
            }
        }
    }

    /// Returns the loaded sessions, without those from before the last change of the configuration files.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        let files = [&self.locations.config, &self.locations.credentials].map(file_state);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.files != files {
            *sessions = Sessions { files, loaded: HashMap::new() };
        }
        sessions
    }

    /// Returns the session of a request, loaded once for each state of the files. Prompts are
    /// disabled, since other programs may use the terminal.
    fn session(&self, request: &CredentialRequest) -> Result<Session, vestibule::Error> {
        let files = {
            let sessions = self.sessions();
            if let Some(session) = sessions.loaded.get(request) {
                return Ok(session.clone());
            }
            sessions.files
        };
        let overrides = match request {
            CredentialRequest::Profile(name) => {
                Overrides::default().with_profile(name.clone(), "the request")
            }
            CredentialRequest::Role { sso_session, account_id, role_name } => {
                let names = Session::builder().configuration()?;
                let only = || names.session_names().next().unwrap_or_default();
                Overrides::default().with_role(RoleOverride::new(
                    Sourced::argument(sso_session.clone().unwrap_or_else(only), "the request"),
                    Sourced::argument(account_id.clone(), "the request"),
                    Sourced::argument(role_name.clone(), "the request"),
                ))
            }
        };
        let session = Session::builder()
            .overrides(overrides)
            .token_store(self.store.clone())
            .share_role_credentials(true)
            .refresh_helper(self.helper.clone())
            .native_processes(native_process::providers())
            .helper_prompts_if(|| false)
            .load_blocking()?;
        let mut sessions = self.sessions();
        // The files may have changed while they were read.
        if sessions.files == files {
            sessions.loaded.insert(request.clone(), session.clone());
        }
        drop(sessions);
        Ok(session)
    }
}

impl Backend for SessionBackend {
    fn credentials<'a>(
        &'a self,
        request: &'a CredentialRequest,
        peer: Peer,
    ) -> BoxFuture<'a, Result<AgentCredentials, AgentError>> {
        Box::pin(async move {
            let result = self.respond(request, peer).await;
            self.log.record(request, peer, result.as_ref(), SystemTime::now().into());
            result
        })
    }
}

fn file_state(location: &Location) -> FileState {
    let metadata = location.path()?.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn agent_error(error: vestibule::Error) -> AgentError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => AgentErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => AgentErrorKind::Configuration,
        ErrorKind::Refused => AgentErrorKind::Refused,
        _ => AgentErrorKind::Unavailable,
    };
    AgentError::new(kind, Error::from(error).one_line())
}
