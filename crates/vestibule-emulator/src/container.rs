//! The agents that containers get credentials from: those of ECS, EKS and Greengrass.
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

use crate::context::RequestContext;
use crate::iam::Principal;
use crate::jwt::{self, JwtError};
use crate::machine_credentials::MachineCredentials;
use crate::operation::Operation;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;

/// A container that gets the credentials of a role from the emulator.
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
/// // The content of the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names in a pod.
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
    /// The id of the task.
    Ecs(String),
    /// The service account.
    Eks(String),
    /// The token of the component.
    Greengrass(String),
}

impl Container {
    /// Creates a task of ECS, whose credentials are at `/v2/credentials/ID`.
    ///
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` has this path.
    pub fn ecs(
        account_id: impl Into<String>,
        role: impl Into<String>,
        id: impl Into<String>,
    ) -> Self {
        Self { account: account_id.into(), role: role.into(), agent: Agent::Ecs(id.into()) }
    }

    /// Creates a pod of EKS, whose credentials are at `/v1/credentials`.
    ///
    /// Requests need a token of [`Emulator::identity_token`](crate::Emulator::identity_token) for the
    /// audience `pods.eks.amazonaws.com` and this subject.
    pub fn eks(
        account_id: impl Into<String>,
        role: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Self { account: account_id.into(), role: role.into(), agent: Agent::Eks(subject.into()) }
    }

    /// Creates a component of a Greengrass core, whose credentials are at
    /// `/2016-11-01/credentialprovider/` for requests with this token.
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

    /// Returns the role session, with the name that the agent gives it.
    fn principal(&self) -> Principal {
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
/// The audience of the tokens of pods.
const EKS_AUDIENCE: &str = "pods.eks.amazonaws.com";

/// Returns the operation of a method and a path.
pub(crate) fn operation(method: &Method, path: &str) -> Option<Operation> {
    let is_agent = matches!(path, EKS | GREENGRASS) || ecs_id(path).is_some();
    (method == Method::GET && is_agent).then_some(Operation::GetContainerCredentials)
}

/// The agents of ECS, EKS and Greengrass.
pub(crate) struct ContainerAgents {
    containers: Vec<Container>,
    credentials: MachineCredentials,
}

impl ContainerAgents {
    pub(crate) fn new(containers: Vec<Container>) -> Self {
        Self { containers, credentials: MachineCredentials::default() }
    }

    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        context: &RequestContext<'_>,
        is_offline: bool,
    ) -> ServiceResponse {
        let path = context.request.uri().path();
        // The id in the path of ECS gives access, and is not logged.
        let about = ecs_id(path).map_or(path, |_| ECS).to_owned();
        let token = context.request.headers().get(AUTHORIZATION);
        let token = token.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let found = match path {
            EKS => self.pod(&shared.tokens.signing_key(), token, context.now),
            GREENGRASS => self.component(token),
            _ => self.task(ecs_id(path).unwrap_or_default()),
        };
        match found {
            Ok(container) => {
                let body = self.document(shared, &container, context.now, is_offline);
                ServiceResponse::success(response::json(StatusCode::OK, &body), about)
            }
            Err(error) => error.into_response(about),
        }
    }

    /// Returns the task of ECS that an id of its path belongs to.
    fn task(&self, id: &str) -> Result<Container> {
        if id.is_empty() {
            let message = "CredentialsV2Request: No ID in the request";
            return Err(ErrorResponse::Ecs("NoIdInRequest", message));
        }
        let message = "CredentialsV2Request: Credentials not found";
        self.find(|agent| matches!(agent, Agent::Ecs(own) if own == id))
            .ok_or(ErrorResponse::Ecs("InvalidIdInRequest", message))
    }

    /// Returns the pod of EKS that a token belongs to. The agent checks the form and the expiry of the
    /// token, and its service everything else.
    fn pod(&self, signing_key: &[u8], token: &str, now: Timestamp) -> Result<Container> {
        if token.is_empty() {
            return Err(ErrorResponse::Eks("Service account token cannot be empty"));
        }
        let claims = jwt::verify(signing_key, token).map_err(|error| match error {
            JwtError::Malformed => {
                let message = "Service account token cannot be parsed: token is malformed";
                ErrorResponse::Eks(message)
            }
            JwtError::Foreign(_) => {
                let message = "The token included in the request could not be verified";
                ErrorResponse::EksService("InvalidTokenException", message)
            }
        })?;
        if claims["exp"].as_i64().unwrap_or_default() <= now.unix_seconds() {
            let message = "Service account token failed basic claim validations: token is expired";
            return Err(ErrorResponse::Eks(message));
        }
        if claims["aud"] != EKS_AUDIENCE {
            let message = "The audience of the token is not pods.eks.amazonaws.com";
            return Err(ErrorResponse::EksService("InvalidTokenException", message));
        }
        let subject = claims["sub"].as_str().unwrap_or_default();
        let message = "No association found for the service account";
        self.find(|agent| matches!(agent, Agent::Eks(own) if own == subject))
            .ok_or(ErrorResponse::EksService("ResourceNotFoundException", message))
    }

    /// Returns the component of Greengrass that a token belongs to.
    fn component(&self, token: &str) -> Result<Container> {
        self.find(|agent| matches!(agent, Agent::Greengrass(own) if own == token))
            .ok_or(ErrorResponse::Greengrass)
    }

    fn find(&self, is_agent: impl Fn(&Agent) -> bool) -> Option<Container> {
        self.containers.iter().find(|container| is_agent(&container.agent)).cloned()
    }

    fn document(
        &mut self,
        shared: &mut Shared,
        container: &Container,
        now: Timestamp,
        is_offline: bool,
    ) -> Value {
        let Container { account, role, agent } = container;
        let credentials = self.credentials.get(shared, container.principal(), now, is_offline);
        let mut body = json!({
            "AccessKeyId": credentials.id,
            "SecretAccessKey": credentials.secret,
            "Token": credentials.session_token,
            "Expiration": credentials.expires.to_string(),
        });
        match agent {
            Agent::Ecs(_) => body["RoleArn"] = format!("arn:aws:iam::{account}:role/{role}").into(),
            Agent::Eks(_) => body["AccountId"] = account.as_str().into(),
            Agent::Greengrass(_) => {}
        }
        body
    }
}

/// Returns the error response with a code that a script chose, in the format of ECS.
pub(crate) fn scripted_error(code: &str) -> ServiceResponse {
    let status = match code {
        "AccessDenied" | "AccessDeniedException" => StatusCode::FORBIDDEN,
        "CredentialsUninitialized" | "ServiceUnavailableException" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "InternalServerError" | "InternalServerException" => StatusCode::INTERNAL_SERVER_ERROR,
        "ThrottlingException" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    };
    ServiceResponse::error(ecs_error(status, code, "Scripted"), code, String::new())
}

fn ecs_id(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ECS)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

type Result<T> = std::result::Result<T, ErrorResponse>;

/// An error response of an agent.
enum ErrorResponse {
    /// A code and a message, in JSON.
    Ecs(&'static str, &'static str),
    /// The agent of EKS found a problem with the token, which it sends as plain text.
    Eks(&'static str),
    /// The agent of EKS passes on an error of its service.
    EksService(&'static str, &'static str),
    /// A status without a body.
    Greengrass,
}

impl ErrorResponse {
    fn into_response(self, about: String) -> ServiceResponse {
        let bad_request = StatusCode::BAD_REQUEST;
        let (response, code) = match self {
            Self::Ecs(code, message) => (ecs_error(bad_request, code, message), code),
            Self::Eks(message) => {
                (response::text(bad_request, format!("{message}\n")), "ValidationError")
            }
            Self::EksService(code, message) => {
                let text = format!("({code}): {message}, fault: client\n");
                (response::text(bad_request, text), code)
            }
            Self::Greengrass => (response::empty(StatusCode::FORBIDDEN), "Forbidden"),
        };
        ServiceResponse::error(response, code, about)
    }
}

fn ecs_error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "code": code, "message": message, "HTTPErrorCode": status.as_u16() });
    response::json(status, &body)
}
