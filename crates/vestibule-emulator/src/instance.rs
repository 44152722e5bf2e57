//! The instance metadata service, version 2: a session token, then requests with it.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>
//! (read 2026-11)

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::context::RequestContext;
use crate::iam::Principal;
use crate::machine_credentials::MachineCredentials;
use crate::operation::Operation;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::table::Table;

/// The EC2 instance whose metadata the emulator serves, at `/latest/` of any address.
///
/// Clients find it when `AWS_EC2_METADATA_SERVICE_ENDPOINT` is the address of the server.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// The account and the name.
    role: Option<(String, String)>,
    without_extended_api: bool,
    allows_version_1: bool,
}

impl Instance {
    /// Creates an instance without a role.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the role of the instance.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, name: impl Into<String>) -> Self {
        self.role = Some((account_id.into(), name.into()));
        self
    }

    /// Removes the extended API, whose credentials have an account id. Older instances lack it.
    #[must_use]
    pub fn without_extended_api(mut self) -> Self {
        self.without_extended_api = true;
        self
    }

    /// Allows requests without a session token (version 1). Off by default.
    #[must_use]
    pub fn allow_version_1(mut self) -> Self {
        self.allows_version_1 = true;
        self
    }
}

const TOKEN_PATH: &str = "/latest/api/token";
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";
const MAX_TTL_SECONDS: u64 = 21_600;

const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials";
const EXTENDED_CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials-extended";
/// The instance id, which is the name of the role session too.
const INSTANCE_ID: &str = "i-0123456789abcdef0";

/// Returns the operation of a method and a path.
pub(crate) fn operation(method: &Method, path: &str) -> Option<Operation> {
    match (method.as_str(), path) {
        ("PUT", TOKEN_PATH) => Some(Operation::GetInstanceToken),
        ("GET", _) if path.starts_with("/latest/") => Some(match role_path(path) {
            Some((_, "")) => Operation::GetInstanceRole,
            Some(_) => Operation::GetInstanceCredentials,
            None => Operation::GetInstanceMetadata,
        }),
        _ => None,
    }
}

/// Errors of this service have a status and no code.
type Result<T> = std::result::Result<T, StatusCode>;

/// The instance metadata service.
pub(crate) struct InstanceMetadata {
    instance: Instance,
    /// By session token, the time at which it expires.
    tokens: Table<Timestamp>,
    credentials: MachineCredentials,
}

impl InstanceMetadata {
    pub(crate) fn new(instance: Instance) -> Self {
        let credentials = MachineCredentials::default();
        Self { instance, tokens: Table::default(), credentials }
    }

    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        context: &RequestContext<'_>,
        is_offline: bool,
    ) -> ServiceResponse {
        let &RequestContext { request, now, .. } = context;
        let path = request.uri().path();
        let (about, result) = if operation == Operation::GetInstanceToken {
            (String::new(), self.open_session(shared, request, now))
        } else {
            let result = self.check_session(request, now);
            let result = result.and_then(|()| self.metadata(shared, path, now, is_offline));
            (path.trim_start_matches("/latest/").to_owned(), result)
        };
        match result {
            Ok(response) => ServiceResponse::success(response, about),
            Err(status) => ServiceResponse::error(error_page(status), status.to_string(), about),
        }
    }

    /// Opens a session. Refuses forwarded requests, which come from outside of the instance.
    fn open_session(
        &mut self,
        shared: &mut Shared,
        request: &Request,
        now: Timestamp,
    ) -> Result<Response> {
        let header = |name: &str| request.headers().get(name);
        if header("x-forwarded-for").is_some() {
            return Err(StatusCode::FORBIDDEN);
        }
        let ttl = header(TTL).and_then(|value| value.to_str().ok()?.parse().ok());
        let ttl = ttl.filter(|ttl| (1..=MAX_TTL_SECONDS).contains(ttl));
        let ttl = ttl.ok_or(StatusCode::BAD_REQUEST)?;
        let token = shared.tokens.secret("AQAE", 36);
        self.tokens.insert(token.clone(), now + Duration::from_secs(ttl));
        let mut response = response::text(StatusCode::OK, token);
        response.headers_mut().insert(TTL, HeaderValue::from(ttl));
        Ok(response)
    }

    fn check_session(&self, request: &Request, now: Timestamp) -> Result<()> {
        let token = request.headers().get(TOKEN);
        let is_allowed = match token.map(HeaderValue::to_str) {
            None => self.instance.allows_version_1,
            Some(Err(_)) => false,
            Some(Ok(token)) => self.tokens.get(token).is_some_and(|expires| now < *expires),
        };
        if is_allowed { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
    }

    fn metadata(
        &mut self,
        shared: &mut Shared,
        path: &str,
        now: Timestamp,
        is_offline: bool,
    ) -> Result<Response> {
        let region = &shared.settings.region;
        let text = match (role_path(path), path) {
            (Some((true, _)), _) if self.instance.without_extended_api => {
                return Err(StatusCode::NOT_FOUND);
            }
            (Some((is_extended, name)), _) => {
                let (account, role) = self.instance.role.clone().ok_or(StatusCode::NOT_FOUND)?;
                match name {
                    "" => role,
                    _ if name == role => {
                        let name = INSTANCE_ID.to_owned();
                        let principal = Principal::Session { account, role, name };
                        self.document(shared, principal, is_extended, now, is_offline).to_string()
                    }
                    _ => return Err(StatusCode::NOT_FOUND),
                }
            }
            (None, "/latest/meta-data/placement/region") => region.to_string(),
            (None, "/latest/meta-data/placement/availability-zone") => format!("{region}a"),
            (None, "/latest/meta-data/instance-id") => INSTANCE_ID.to_owned(),
            (None, _) => return Err(StatusCode::NOT_FOUND),
        };
        Ok(response::text(StatusCode::OK, text))
    }

    fn document(
        &mut self,
        shared: &mut Shared,
        principal: Principal,
        is_extended: bool,
        now: Timestamp,
        is_offline: bool,
    ) -> Value {
        let account = principal.account().to_owned();
        let credentials = self.credentials.get(shared, principal, now, is_offline);
        let mut body = json!({
            "Code": "Success",
            "LastUpdated": now.to_string(),
            "Type": "AWS-HMAC",
            "AccessKeyId": credentials.id,
            "SecretAccessKey": credentials.secret,
            "Token": credentials.session_token,
            "Expiration": credentials.expires.to_string(),
        });
        if is_extended {
            body["AccountId"] = account.into();
        }
        body
    }
}

/// Returns the error response with a code that a script chose.
///
/// Missing credentials are reported in a document with status 200, anything else by a status.
pub(crate) fn scripted_error(operation: Operation, code: &str, now: Timestamp) -> ServiceResponse {
    let response = match operation {
        Operation::GetInstanceCredentials => {
            let now = now.to_string();
            let body = json!({ "Code": code, "Message": "Scripted", "LastUpdated": now });
            response::json(StatusCode::OK, &body)
        }
        _ => error_page(StatusCode::BAD_REQUEST),
    };
    ServiceResponse::error(response, code, String::new())
}

/// Returns whether a credentials path is of the extended API, and the role that it names.
fn role_path(path: &str) -> Option<(bool, &str)> {
    [(true, EXTENDED_CREDENTIALS), (false, CREDENTIALS)].into_iter().find_map(
        |(is_extended, folder)| {
            let rest = path.strip_prefix(folder)?;
            let role = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
            Some((is_extended, role))
        },
    )
}

/// Returns an error response, which is HTML at this service.
fn error_page(status: StatusCode) -> Response {
    response::html(status, format!("<!doctype html>\n<title>{status}</title>\n<h1>{status}</h1>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_determines_the_operation() {
        let find = |method: Method, path: &str| operation(&method, path);
        assert_eq!(find(Method::PUT, "/latest/api/token"), Some(Operation::GetInstanceToken));
        for folder in [CREDENTIALS, EXTENDED_CREDENTIALS] {
            for (end, expected) in [
                ("", Operation::GetInstanceRole),
                ("/", Operation::GetInstanceRole),
                ("/a", Operation::GetInstanceCredentials),
                ("s", Operation::GetInstanceMetadata),
            ] {
                assert_eq!(find(Method::GET, &format!("{folder}{end}")), Some(expected), "{end}");
            }
        }
        assert_eq!(find(Method::POST, "/latest/api/token"), None);
        assert_eq!(find(Method::GET, "/later/"), None);
    }
}
