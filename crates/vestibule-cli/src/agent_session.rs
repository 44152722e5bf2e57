//! Sessions whose credentials come from an agent: on this machine, or over a forwarded socket.

use std::sync::{Mutex, PoisonError};

use vestibule::world::{BoxFuture, World};
use vestibule::{
    Credentials, Lookup, Overrides, Provider, ProviderError, ProviderErrorKind, RefreshPolicy,
};
use vestibule::{Session, Vars};
use vestibule_serve::agent::{
    AgentErrorKind, Client, ClientError, ClientErrorKind, CredentialRequest,
};

use crate::args::{CredentialArgs, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::role_args::{self, named_role};
use crate::waiting::Wait;

/// Variable that names the socket of an agent, or its pipe on Windows.
pub(crate) const VARIABLE: &str = "VESTIBULE_AGENT";

/// Returns the path of the agent in the environment, if commands get their credentials from it.
///
/// Keys in the environment take precedence, unless a profile was named.
pub(crate) fn path<'v>(vars: &'v Vars, global: &Global, role: &CredentialArgs) -> Option<&'v str> {
    let path = vars.get(VARIABLE).filter(|path| !path.is_empty())?;
    let is_named = global.profile.is_some() || role.role_name.is_some();
    Some(path).filter(|_| is_named || vars.get("AWS_ACCESS_KEY_ID").is_none())
}

/// Returns a session with the credentials of the agent in the environment, if it is used.
pub(crate) fn load(
    vars: &Vars,
    global: &Global,
    role: &CredentialArgs,
    profile: Option<&str>,
) -> Result<Option<Session>, Error> {
    let Some(path) = path(vars, global, role) else { return Ok(None) };
    let (client, request) = (Client::new(path), request(role, profile)?);
    let waiting = Wait::begin("Waiting for the agent");
    let found = client.credentials(&request).map_err(|error| client_error(&error))?;
    drop(waiting);
    // The profile need not be defined here: its settings are used if it is, else those of `default`.
    let mut overrides = Overrides::default();
    let configured = Session::builder().configuration()?;
    if let CredentialRequest::Profile(name) = &request
        && configured.files().profile(name).is_some()
    {
        overrides = overrides.with_profile(name, VARIABLE);
    }
    let unnamed = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
    let own_region = vars.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let vars = unnamed.iter().fold(vars.clone(), |vars, name| vars.without(name));
    if let Some(region) = role_args::region(global)? {
        overrides = overrides.with_region(region, "--region");
    } else if let (Some(region), None) = (found.region, own_region) {
        overrides = overrides.with_region(region, VARIABLE);
    }
    let session = Session::builder().vars(vars).overrides(overrides).load_blocking()?;
    let first = Mutex::new(Some(found.credentials));
    Ok(Some(session.with_provider(|_| AgentProvider { client, request, first })))
}

fn request(role: &CredentialArgs, profile: Option<&str>) -> Result<CredentialRequest, Error> {
    let sso_session = role.sso_session.clone();
    Ok(match named_role(role)? {
        Some((account_id, role_name)) => {
            CredentialRequest::Role { sso_session, account_id, role_name }
        }
        None => CredentialRequest::Profile(profile.unwrap_or("default").to_owned()),
    })
}

/// Returns the error of an agent, which says on which machine something has to be done.
pub(crate) fn client_error(error: &ClientError) -> Error {
    let hint = format!("start one: vestibule agent --allow PROFILE; or unset {VARIABLE}");
    match error.kind() {
        ClientErrorKind::Agent(error) => {
            let exit = match error.kind {
                AgentErrorKind::SignInNeeded => Exit::SignInNeeded,
                AgentErrorKind::Configuration => Exit::Configuration,
                _ => Exit::Failed,
            };
            Error::new(exit, "The agent gave no credentials.").with_cause(error.message.clone())
        }
        ClientErrorKind::NotListening(_) => Error::from_source(Exit::Failed, error).with_hint(hint),
        _ => Error::from_source(Exit::Failed, error),
    }
}

/// The credentials of an agent.
#[derive(Debug)]
struct AgentProvider {
    client: Client,
    request: CredentialRequest,
    /// Those of the request that loaded the session.
    first: Mutex<Option<Credentials>>,
}

impl Provider for AgentProvider {
    fn name(&self) -> &'static str {
        "agent"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async move {
            let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(credentials) = first {
                return Ok(Lookup::Credentials(credentials));
            }
            let found = match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    let (client, request) = (self.client.clone(), self.request.clone());
                    let call = runtime.spawn_blocking(move || client.credentials(&request));
                    call.await.map_err(|error| self.error(ProviderErrorKind::Transient, error))?
                }
                Err(_) => self.client.credentials(&self.request),
            };
            match found {
                Ok(found) => Ok(Lookup::Credentials(found.credentials)),
                Err(error) => {
                    let kind = match error.kind() {
                        ClientErrorKind::Agent(error)
                            if error.kind != AgentErrorKind::Unavailable =>
                        {
                            ProviderErrorKind::Refused
                        }
                        _ => ProviderErrorKind::Transient,
                    };
                    Err(self.error(kind, error))
                }
            }
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }

    fn location(&self, _world: &World) -> String {
        format!("the agent at {} ({VARIABLE})", self.client.path().display())
    }
}

impl AgentProvider {
    fn error(
        &self,
        kind: ProviderErrorKind,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> ProviderError {
        ProviderError::new(self.name(), kind, error)
    }
}
