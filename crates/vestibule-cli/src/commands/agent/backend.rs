use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use vestibule::world::BoxFuture;
use vestibule::{ErrorKind, Overrides, RoleOverride, Session, Sourced};
use vestibule_serve::agent::{
    AgentCredentials, AgentError, AgentErrorKind, Backend, CredentialRequest, Peer,
};

use super::allowlist::Allowlist;
use super::audit::AuditLog;
use super::confirmation::Confirmation;
use crate::app::App;
use crate::error::Error;
use crate::helper_process::HelperProcess;

/// Gives the credentials of the user's sessions, which all clients share.
#[derive(Debug)]
pub(super) struct SessionBackend {
    allowed: Allowlist,
    confirmation: Option<Confirmation>,
    log: AuditLog,
    helper: Arc<HelperProcess>,
    sessions: Mutex<HashMap<CredentialRequest, Session>>,
}

impl SessionBackend {
    pub(super) fn new(
        app: &App<'_>,
        allowed: Allowlist,
        confirmation: Option<Confirmation>,
        log: AuditLog,
    ) -> Self {
        let helper = Arc::new(HelperProcess::new(app.global));
        Self { allowed, confirmation, log, helper, sessions: Mutex::default() }
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
        // A profile that is not allowed by name may lead to a role that is.
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
                self.sessions().remove(request);
                Err(agent_error(error))
            }
        }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<CredentialRequest, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the session of a request, loaded once. There are no prompts: the terminal is busy.
    fn session(&self, request: &CredentialRequest) -> Result<Session, vestibule::Error> {
        if let Some(session) = self.sessions().get(request) {
            return Ok(session.clone());
        }
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
            .share_role_credentials(true)
            .refresh_helper(self.helper.clone())
            .helper_prompts_if(|| false)
            .load_blocking()?;
        self.sessions().insert(request.clone(), session.clone());
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

fn agent_error(error: vestibule::Error) -> AgentError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => AgentErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => AgentErrorKind::Configuration,
        ErrorKind::Refused => AgentErrorKind::Refused,
        _ => AgentErrorKind::Unavailable,
    };
    AgentError::new(kind, Error::from(error).one_line())
}
