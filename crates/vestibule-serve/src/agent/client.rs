use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use vestibule_types::json::{self, HeaderSafe, lenient};
use vestibule_types::{
    AccountId, Credentials, Region, SecretAccessKey, SessionToken, Timestamp, printable_line,
};

use super::connection::Connection;
use super::{AgentCredentials, AgentError, AgentErrorKind, CredentialRequest, PATH};

/// A client of an agent. It blocks for up to 90 seconds.
#[derive(Clone, Debug)]
pub struct Client {
    path: PathBuf,
}

/// Error returned when an agent gave no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct ClientError {
    kind: ClientErrorKind,
    source: Option<io::Error>,
}

/// The kinds of [`ClientError`], with the path of the socket.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientErrorKind {
    /// Nothing listens at this path, or its owner is another user.
    #[error("no agent listens at {}", .0.display())]
    NotListening(PathBuf),
    /// The connection was lost, or the agent did not respond in time.
    #[error("the agent at {} did not respond", .0.display())]
    NoResponse(PathBuf),
    /// The response is not that of an agent.
    #[error("the response of {} is not that of an agent", .0.display())]
    Malformed(PathBuf),
    /// The agent responded with an error.
    #[error(transparent)]
    Agent(AgentError),
}

impl ClientError {
    /// Returns the kind of the error.
    pub fn kind(&self) -> &ClientErrorKind {
        &self.kind
    }
}

impl Client {
    /// Creates a client of the agent at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the path of the socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that an agent listens. Nothing is requested, so that the agent asks its user nothing.
    ///
    /// # Errors
    /// [`ClientErrorKind::NotListening`].
    pub fn check(&self) -> Result<(), ClientError> {
        self.connect().map(drop)
    }

    /// Requests credentials, and waits for them.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn credentials(
        &self,
        request: &CredentialRequest,
    ) -> Result<AgentCredentials, ClientError> {
        let response = self
            .connect()?
            .exchange(&head(request))
            .map_err(|source| self.error(ClientErrorKind::NoResponse, Some(source)))?;
        read(&response)
            .ok_or_else(|| self.error(ClientErrorKind::Malformed, None))?
            .map_err(|error| ClientError { kind: ClientErrorKind::Agent(error), source: None })
    }

    fn connect(&self) -> Result<Connection, ClientError> {
        Connection::open(&self.path)
            .map_err(|source| self.error(ClientErrorKind::NotListening, Some(source)))
    }

    fn error(
        &self,
        kind: fn(PathBuf) -> ClientErrorKind,
        source: Option<io::Error>,
    ) -> ClientError {
        ClientError { kind: kind(self.path.clone()), source }
    }
}

fn head(request: &CredentialRequest) -> String {
    let target = target(request);
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

fn target(request: &CredentialRequest) -> String {
    let pair = |name: &str, value: &str| {
        format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    let pairs = match request {
        CredentialRequest::Profile(name) => vec![pair("profile", name)],
        CredentialRequest::Role { sso_session, account_id, role_name } => {
            let session = sso_session.as_deref().map(|name| pair("sso_session", name));
            let role =
                [pair("account_id", account_id.as_str()), pair("role_name", role_name.as_str())];
            role.into_iter().chain(session).collect()
        }
    };
    format!("{PATH}?{}", pairs.join("&"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    access_key_id: HeaderSafe<String>,
    secret_access_key: HeaderSafe<SecretAccessKey>,
    #[serde(default)]
    token: Option<HeaderSafe<SessionToken>>,
    expiration: Timestamp,
    #[serde(default, deserialize_with = "lenient")]
    account_id: Option<AccountId>,
    #[serde(default, deserialize_with = "lenient")]
    region: Option<Region>,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: String,
    message: String,
}

/// Reads a response; `None` if it is not that of an agent.
fn read(response: &[u8]) -> Option<Result<AgentCredentials, AgentError>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(end) = head.parse(response).ok()? else { return None };
    let body = response.get(end..)?;
    if head.code != Some(200) {
        let ErrorBody { code, message } = json::from_slice(body).ok()?;
        let message = printable_line(&message, 2000);
        return Some(Err(AgentError::new(AgentErrorKind::from_code(&code), message)));
    }
    let body: Body = json::from_slice(body).ok()?;
    let mut credentials = Credentials::new(body.access_key_id.0, body.secret_access_key.0)
        .with_expires_at(body.expiration);
    if let Some(HeaderSafe(token)) = body.token {
        credentials = credentials.with_session_token(token);
    }
    if let Some(id) = body.account_id {
        credentials = credentials.with_account_id(id);
    }
    Some(Ok(AgentCredentials { credentials, region: body.region }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_response_is_an_error() {
        let good = "HTTP/1.1 200 OK\r\n\r\n{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\
                    \"Token\":\"\",\"Expiration\":\"2026-01-01T00:00:00Z\",\"Region\":\"x y\"}";
        let parsed = |text: &str| read(text.as_bytes());
        let found = parsed(good).unwrap().unwrap();
        assert!(found.credentials.session_token().is_none() && found.region.is_none());
        for bad in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\n\r\n{}",
            "SSH-2.0-OpenSSH\r\n",
            &good.replace("\"A\"", "\"A\\nB\""),
            &good.replace("2026-01-01T00:00:00Z", "tomorrow"),
            &good.replace("200", "403"),
        ] {
            assert!(parsed(bad).is_none(), "{bad}");
        }
        let denied =
            "HTTP/1.1 403 F\r\n\r\n{\"code\":\"AccessDenied\",\"message\":\"no\\u001b[1m\"}";
        let error = parsed(denied).unwrap().unwrap_err();
        assert_eq!((error.kind, &*error.message), (AgentErrorKind::AccessDenied, "no\\u{1b}[1m"));
    }
}
