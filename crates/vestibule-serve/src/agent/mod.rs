//! Credentials for other programs of the same user, over a Unix socket or a named pipe of Windows.
//!
//! A server has the sessions; a client has nothing but the socket, which may be mounted into a
//! container or forwarded to another machine (`ssh -R`). The protocol is HTTP, so that `curl` can
//! speak it: `GET /v1/credentials?profile=NAME`, or with `account_id`, `role_name` and optionally
//! `sso_session`. The response has the members of the container credentials format, and `Region`.
//!
//! ```
//! # #[cfg(unix)] {
//! use vestibule_serve::agent::{Client, CredentialRequest};
//!
//! let client = Client::new("/nowhere/agent.sock");
//! let error = client.credentials(&CredentialRequest::Profile("dev".to_owned())).unwrap_err();
//! assert_eq!(error.to_string(), "no agent listens at /nowhere/agent.sock");
//! # }
//! ```

mod client;
mod connection;
mod server;

use std::fmt;

use vestibule_types::{AccountId, Credentials, Region, RoleName};
use vestibule_world::BoxFuture;

pub use crate::connections::Peer;
pub use client::{Client, ClientError, ClientErrorKind};
pub use server::AgentServer;

/// The path of credentials.
const PATH: &str = "/v1/credentials";

/// The credentials that a client requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a profile or a role, as everywhere")]
pub enum CredentialRequest {
    /// Those of a profile on the machine of the agent.
    Profile(String),
    /// Those of a role without a profile.
    Role {
        /// The SSO session; `None` for the only one.
        sso_session: Option<String>,
        /// The account id.
        account_id: AccountId,
        /// The role name.
        role_name: RoleName,
    },
}

impl fmt::Display for CredentialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(name) => write!(f, "profile `{name}`"),
            Self::Role { account_id, role_name, .. } => {
                write!(f, "role {role_name} in account {account_id}")
            }
        }
    }
}

/// Credentials that an agent gives, with the region of their profile.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "what a response has")]
pub struct AgentCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// The region of the profile.
    pub region: Option<Region>,
}

/// Error response of an agent: the message is text, since it comes from another process.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
#[non_exhaustive]
pub struct AgentError {
    /// The kind.
    pub kind: AgentErrorKind,
    /// The message, which contains the next step.
    pub message: String,
}

impl AgentError {
    /// Creates an error response.
    pub fn new(kind: AgentErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// The kinds of [`AgentError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentErrorKind {
    /// The agent may not give these credentials, or the user did not confirm the request.
    AccessDenied,
    /// The user has to sign in on the machine of the agent.
    SignInNeeded,
    /// The profile does not exist there, or is not valid.
    Configuration,
    /// A service denied the request.
    Refused,
    /// A temporary failure.
    Unavailable,
}

impl AgentErrorKind {
    const ALL: [Self; 5] = [
        Self::AccessDenied,
        Self::SignInNeeded,
        Self::Configuration,
        Self::Refused,
        Self::Unavailable,
    ];

    /// Returns the code in a response.
    const fn code(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDenied",
            Self::SignInNeeded => "SignInNeeded",
            Self::Configuration => "Configuration",
            Self::Refused => "Refused",
            Self::Unavailable => "Unavailable",
        }
    }

    /// Returns the kind of a code; [`Self::Refused`] for an unknown one.
    fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Refused)
    }
}

/// Decides about requests, and gets credentials for those that it allows.
pub trait Backend: fmt::Debug + Send + Sync {
    /// Returns the credentials that a client requests.
    fn credentials<'a>(
        &'a self,
        request: &'a CredentialRequest,
        peer: Peer,
    ) -> BoxFuture<'a, Result<AgentCredentials, AgentError>>;
}
