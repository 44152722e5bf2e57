//! The metadata of an EC2 instance, version 2: a session, then questions.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>
//! (read 2026-11)

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::iam::Principal;
use crate::operation::Operation;
use crate::state::State;

/// The instance that the emulator's metadata are of, at `/latest/` of any address.
///
/// What to set `AWS_EC2_METADATA_SERVICE_ENDPOINT` to is the address of the server.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// Account and name.
    role: Option<(String, String)>,
    without_extended: bool,
    with_version_1: bool,
}

impl Instance {
    /// One without a role, which is what there is unless told otherwise.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it a role.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, name: impl Into<String>) -> Self {
        self.role = Some((account_id.into(), name.into()));
        self
    }

    /// Lacks the extended API, which says the account too, as older systems do.
    #[must_use]
    pub fn without_extended(mut self) -> Self {
        self.without_extended = true;
        self
    }

    /// Also answers those who open no session. Off unless called.
    #[must_use]
    pub fn with_version_1(mut self) -> Self {
        self.with_version_1 = true;
        self
    }
}

const TOKEN_PATH: &str = "/latest/api/token";
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";
/// The longest session, in seconds.
const LONGEST: u64 = 21_600;

const PLAIN: &str = "/latest/meta-data/iam/security-credentials";
const EXTENDED: &str = "/latest/meta-data/iam/security-credentials-extended";
/// The name of the session in the role.
const ID: &str = "i-0123456789abcdef0";

/// What a request is for.
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

pub(crate) fn answer(
    state: &mut State,
    operation: Operation,
    arrival: &Arrival<'_>,
    cut_off: bool,
) -> Answered {
    let request = arrival.request;
    let about = match operation {
        Operation::GetInstanceToken => String::new(),
        _ => request.uri().path().trim_start_matches("/latest/").to_owned(),
    };
    let done = match operation {
        Operation::GetInstanceToken => open(state, request, arrival.now),
        _ => session(state, request, arrival.now)
            .and_then(|()| tell(state, request.uri().path(), arrival.now, cut_off)),
    };
    match done {
        Ok(response) => Answered { response, error: None, about },
        Err(status) => Answered { response: page(status), error: Some(status.to_string()), about },
    }
}

/// A refusal with a code of the caller's choice. Why there are no credentials is said in a
/// document with status 200; for all else there are only statuses.
pub(crate) fn refuse(operation: Operation, code: &str, now: Timestamp) -> Answered {
    let response = match operation {
        Operation::GetInstanceCredentials => {
            let now = now.to_string();
            let body = json!({ "Code": code, "Message": "Scripted", "LastUpdated": now });
            answer::json(StatusCode::OK, &body)
        }
        _ => page(StatusCode::BAD_REQUEST),
    };
    Answered { response, error: Some(code.to_owned()), about: String::new() }
}

/// A session. Who was forwarded is outside, and is refused.
fn open(state: &mut State, request: &Request, now: Timestamp) -> Result<Response, StatusCode> {
    let header = |name: &str| request.headers().get(name);
    if header("x-forwarded-for").is_some() {
        return Err(StatusCode::FORBIDDEN);
    }
    let ttl = header(TTL).and_then(|value| value.to_str().ok()?.parse().ok());
    let ttl = ttl.filter(|ttl| (1..=LONGEST).contains(ttl)).ok_or(StatusCode::BAD_REQUEST)?;
    let token = state.mint.secret("AQAE", 36);
    state.instance_tokens.insert(token.clone(), now + Duration::from_secs(ttl));
    let mut response = answer::text(token);
    response.headers_mut().insert(TTL, HeaderValue::from(ttl));
    Ok(response)
}

/// Whether the session that a request names is open.
fn session(state: &State, request: &Request, now: Timestamp) -> Result<(), StatusCode> {
    let token = request.headers().get(TOKEN);
    let open = match token.map(HeaderValue::to_str) {
        None => state.config.instance.with_version_1,
        Some(Err(_)) => false,
        Some(Ok(token)) => state.instance_tokens.get(token).is_some_and(|until| now < *until),
    };
    if open { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
}

fn tell(
    state: &mut State,
    path: &str,
    now: Timestamp,
    cut_off: bool,
) -> Result<Response, StatusCode> {
    let region = state.config.region.clone();
    match (role_path(path), path) {
        (Some((extended, asked)), _) => {
            if extended && state.config.instance.without_extended {
                return Err(StatusCode::NOT_FOUND);
            }
            let (account, role) =
                state.config.instance.role.clone().ok_or(StatusCode::NOT_FOUND)?;
            match asked {
                "" => Ok(answer::text(role)),
                _ if asked == role => {
                    let who = Principal::Session { account, role, name: ID.to_owned() };
                    let body = document(state, who, extended, now, cut_off);
                    Ok(answer::text(body.to_string()))
                }
                _ => Err(StatusCode::NOT_FOUND),
            }
        }
        (None, "/latest/meta-data/placement/region") => Ok(answer::text(region.to_string())),
        (None, "/latest/meta-data/placement/availability-zone") => {
            Ok(answer::text(format!("{region}a")))
        }
        (None, "/latest/meta-data/instance-id") => Ok(answer::text(ID.to_owned())),
        (None, _) => Err(StatusCode::NOT_FOUND),
    }
}

fn document(
    state: &mut State,
    who: Principal,
    extended: bool,
    now: Timestamp,
    cut_off: bool,
) -> Value {
    let account = who.account().to_owned();
    let held = state.held(who, now, cut_off);
    let mut body = json!({
        "Code": "Success",
        "LastUpdated": now.to_string(),
        "Type": "AWS-HMAC",
        "AccessKeyId": held.id,
        "SecretAccessKey": held.secret,
        "Token": held.session_token,
        "Expiration": held.expires.to_string(),
    });
    if extended {
        body["AccountId"] = account.into();
    }
    body
}

/// Whether a path is of the extended API, and which role it names, if it is of either.
fn role_path(path: &str) -> Option<(bool, &str)> {
    [(true, EXTENDED), (false, PLAIN)].into_iter().find_map(|(extended, folder)| {
        let rest = path.strip_prefix(folder)?;
        let role = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
        Some((extended, role))
    })
}

/// Refusals are pages, whoever asks.
fn page(status: StatusCode) -> Response {
    answer::html(status, format!("<!doctype html>\n<title>{status}</title>\n<h1>{status}</h1>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let at = |method: Method, path: &str| operation(&method, path);
        assert_eq!(at(Method::PUT, "/latest/api/token"), Some(Operation::GetInstanceToken));
        for folder in [PLAIN, EXTENDED] {
            for (end, expected) in [
                ("", Operation::GetInstanceRole),
                ("/", Operation::GetInstanceRole),
                ("/a", Operation::GetInstanceCredentials),
                ("s", Operation::GetInstanceMetadata),
            ] {
                assert_eq!(at(Method::GET, &format!("{folder}{end}")), Some(expected), "{end}");
            }
        }
        assert_eq!(at(Method::POST, "/latest/api/token"), None);
        assert_eq!(at(Method::GET, "/later/"), None);
    }
}
