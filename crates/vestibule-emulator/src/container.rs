//! What containers ask for credentials: the agents of ECS, EKS and Greengrass.
//!
//! - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
//! - <https://github.com/aws/eks-pod-identity-agent>
//! - <https://docs.aws.amazon.com/greengrass/v2/developerguide/interact-with-aws-services.html>
//!
//! (read 2026-11)

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::Response;

use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::iam::Principal;
use crate::jwt::{self, Unreadable};
use crate::operation::Operation;
use crate::state::State;

/// A container that may ask the emulator for the credentials of a role.
///
/// ```
/// use std::time::Duration;
/// use vestibule_emulator::{Container, Emulator};
///
/// let emulator = Emulator::builder()
///     .container(Container::ecs("111122223333", "Task", "e8b1f0"))
///     .container(Container::eks("111122223333", "Pod", "system:serviceaccount:default:app"))
///     .container(Container::greengrass("111122223333", "Core", "a token"))
///     .build();
/// // What belongs into the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names in a pod.
/// let subject = "system:serviceaccount:default:app";
/// emulator.identity_token("pods.eks.amazonaws.com", subject, Duration::from_secs(86_400));
/// ```
#[derive(Clone, Debug)]
pub struct Container {
    account: String,
    role: String,
    agent: Agent,
}

#[derive(Clone, Debug)]
enum Agent {
    /// The id of the task's credentials.
    Ecs(String),
    /// The service account.
    Eks(String),
    /// What is to be shown.
    Greengrass(String),
}

impl Container {
    /// A task of ECS: whoever knows the address `/v2/credentials/ID` may ask.
    ///
    /// That is what `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` says.
    pub fn ecs(
        account_id: impl Into<String>,
        role: impl Into<String>,
        id: impl Into<String>,
    ) -> Self {
        Self { account: account_id.into(), role: role.into(), agent: Agent::Ecs(id.into()) }
    }

    /// A pod of EKS: at `/v1/credentials`, with a token of
    /// [`Emulator::identity_token`](crate::Emulator::identity_token) that is made out to
    /// `pods.eks.amazonaws.com` about this subject.
    pub fn eks(
        account_id: impl Into<String>,
        role: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Self { account: account_id.into(), role: role.into(), agent: Agent::Eks(subject.into()) }
    }

    /// A component of a Greengrass core: at `/2016-11-01/credentialprovider/`, with this token.
    pub fn greengrass(
        account_id: impl Into<String>,
        role: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self {
            account: account_id.into(),
            role: role.into(),
            agent: Agent::Greengrass(token.into()),
        }
    }

    /// Somebody in its role, by the name that its agent gives the session.
    fn who(&self) -> Principal {
        let name = match &self.agent {
            Agent::Ecs(id) => id.clone(),
            Agent::Eks(subject) => {
                let service_account = subject.rsplit(':').next().unwrap_or_default();
                format!("eks-emulated-{service_account}")
            }
            Agent::Greengrass(_) => "core".to_owned(),
        };
        Principal::Session { account: self.account.clone(), role: self.role.clone(), name }
    }
}

const ECS: &str = "/v2/credentials";
const EKS: &str = "/v1/credentials";
const GREENGRASS: &str = "/2016-11-01/credentialprovider/";
/// Whom the tokens of pods are made out to.
const AUDIENCE: &str = "pods.eks.amazonaws.com";

/// What a request is for.
pub(crate) fn operation(method: &Method, path: &str) -> Option<Operation> {
    let ours = matches!(path, EKS | GREENGRASS) || ecs_id(path).is_some();
    (method == Method::GET && ours).then_some(Operation::GetContainerCredentials)
}

pub(crate) fn answer(state: &mut State, arrival: &Arrival<'_>, cut_off: bool) -> Answered {
    let path = arrival.request.uri().path();
    let about = ecs_id(path).map_or(path, |_| ECS).to_owned();
    let shown = arrival.request.headers().get(AUTHORIZATION);
    let shown = shown.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let found = match path {
        EKS => pod(state, shown, arrival.now),
        GREENGRASS => component(state, shown),
        _ => task(state, ecs_id(path).unwrap_or_default()),
    };
    match found {
        Ok(container) => {
            let body = credentials(state, &container, arrival.now, cut_off);
            Answered { response: answer::json(StatusCode::OK, &body), error: None, about }
        }
        Err(refusal) => refusal.answer(about),
    }
}

/// A refusal with a code of the caller's choice, as ECS says it.
pub(crate) fn refuse(code: &str) -> Answered {
    let status = match code {
        "AccessDenied" | "AccessDeniedException" => StatusCode::FORBIDDEN,
        "CredentialsUninitialized" | "ServiceUnavailableException" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "InternalServerError" | "InternalServerException" => StatusCode::INTERNAL_SERVER_ERROR,
        "ThrottlingException" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    };
    let response = in_json(status, code, "Scripted");
    Answered { response, error: Some(code.to_owned()), about: String::new() }
}

fn ecs_id(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ECS)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// An agent's no.
enum Refusal {
    /// ECS: a code and a message, in JSON.
    Ecs(&'static str, &'static str),
    /// EKS: the agent looked at the token, and says what is wrong in plain text.
    Eks(&'static str),
    /// EKS: the agent passes on what its service says.
    EksService(&'static str, &'static str),
    /// Greengrass: nothing but a status.
    Greengrass,
}

impl Refusal {
    fn answer(self, about: String) -> Answered {
        let (response, code) = match self {
            Self::Ecs(code, message) => (in_json(StatusCode::BAD_REQUEST, code, message), code),
            Self::Eks(message) => (in_text(message), "ValidationError"),
            Self::EksService(code, message) => {
                (in_text(&format!("({code}): {message}, fault: client")), code)
            }
            Self::Greengrass => (answer::bare(StatusCode::FORBIDDEN), "Forbidden"),
        };
        Answered { response, error: Some(code.to_owned()), about }
    }
}

fn task(state: &State, id: &str) -> Result<Container, Refusal> {
    if id.is_empty() {
        return Err(Refusal::Ecs("NoIdInRequest", "CredentialsV2Request: No ID in the request"));
    }
    let unknown = Refusal::Ecs("InvalidIdInRequest", "CredentialsV2Request: Credentials not found");
    find(state, |agent| matches!(agent, Agent::Ecs(own) if own == id)).ok_or(unknown)
}

/// The agent looks whether a token is one, and its service whose.
fn pod(state: &mut State, token: &str, now: Timestamp) -> Result<Container, Refusal> {
    if token.is_empty() {
        return Err(Refusal::Eks("Service account token cannot be empty"));
    }
    let claims =
        jwt::read(&state.mint.signing_key(), token).map_err(|unreadable| match unreadable {
            Unreadable::Malformed => {
                Refusal::Eks("Service account token cannot be parsed: token is malformed")
            }
            Unreadable::Foreign(_) => Refusal::EksService(
                "InvalidTokenException",
                "The token included in the request could not be verified",
            ),
        })?;
    if claims["exp"].as_i64().unwrap_or_default() <= now.unix_seconds() {
        let message = "Service account token failed basic claim validations: token is expired";
        return Err(Refusal::Eks(message));
    }
    if claims["aud"] != AUDIENCE {
        let message = "The audience of the token is not pods.eks.amazonaws.com";
        return Err(Refusal::EksService("InvalidTokenException", message));
    }
    let subject = claims["sub"].as_str().unwrap_or_default();
    let unknown = Refusal::EksService(
        "ResourceNotFoundException",
        "No association found for the service account",
    );
    find(state, |agent| matches!(agent, Agent::Eks(own) if own == subject)).ok_or(unknown)
}

fn component(state: &State, token: &str) -> Result<Container, Refusal> {
    find(state, |agent| matches!(agent, Agent::Greengrass(own) if own == token))
        .ok_or(Refusal::Greengrass)
}

fn find(state: &State, is: impl Fn(&Agent) -> bool) -> Option<Container> {
    state.config.containers.iter().find(|container| is(&container.agent)).cloned()
}

fn credentials(state: &mut State, container: &Container, now: Timestamp, cut_off: bool) -> Value {
    let Container { account, role, agent } = container;
    let held = state.held(container.who(), now, cut_off);
    let mut body = json!({
        "AccessKeyId": held.id,
        "SecretAccessKey": held.secret,
        "Token": held.session_token,
        "Expiration": held.expires.to_string(),
    });
    match agent {
        Agent::Ecs(_) => body["RoleArn"] = format!("arn:aws:iam::{account}:role/{role}").into(),
        Agent::Eks(_) => body["AccountId"] = account.as_str().into(),
        Agent::Greengrass(_) => {}
    }
    body
}

fn in_json(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "code": code, "message": message, "HTTPErrorCode": status.as_u16() });
    answer::json(status, &body)
}

fn in_text(message: &str) -> Response {
    let mut response = answer::text(format!("{message}\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}
