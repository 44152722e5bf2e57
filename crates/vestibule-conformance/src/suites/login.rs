//! Suites `login` and `login/botocore`: console login credentials, with token file and service in
//! memory.
//!
//! The operation is `CreateOAuth2Token`:
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use vestibule_chain::{Context, build};
use vestibule_profile::{Files, Overrides, plan};
use vestibule_provider::{Lookup, Provider};
use vestibule_sso::Sessions;
use vestibule_types::{AccountId, Credentials, SessionToken, Vars};
use vestibule_wire::{Request, Response};
use vestibule_world::{
    BoxFuture, Files as _, Platform, TransportError, TransportErrorKind, World, block_on, memory,
};

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

const CACHE: &str = "/home/.aws/login/cache";
const NOW: &str = "2025-11-19T00:00:00Z";
const TOKEN_URL: &str = "https://us-east-2.signin.aws.amazon.com/v1/token";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    #[serde(rename = "documentation")]
    _documentation: String,
    config_contents: String,
    cache_contents: BTreeMap<String, Value>,
    #[serde(default)]
    mock_api_calls: Vec<Call>,
    outcomes: Vec<Outcome>,
}

/// An expected request and its response.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    #[serde(default)]
    request: Value,
    #[serde(default)]
    response: Value,
    response_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "camelCase")]
enum Outcome {
    /// Credentials with these members.
    Credentials(Map<String, Value>),
    Error,
    /// The content of the token files afterwards.
    CacheContents(BTreeMap<String, Value>),
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let given: Given = case.parse()?;
    let cached = given.cache_contents.into_iter();
    let files = cached.fold(memory::Files::default(), |files, (name, contents)| {
        files.with(cache_path(&name), contents.to_string())
    });
    let service = Service::new(given.mock_api_calls);
    let world = World {
        vars: Vars::from_iter([("HOME", "/home"), ("AWS_REGION", "us-east-2")]),
        platform: Platform::Unix,
        files: Arc::new(files.clone()),
        transport: Arc::new(service.clone()),
        clock: Arc::new(memory::Clock::new(NOW.parse()?)),
        ..memory::world()
    };

    let config = Files::from_texts(&given.config_contents, "");
    let overrides = Overrides::default().with_profile("signin", "the suite");
    let plan = plan(&config, &world.vars, &overrides)?;
    let sessions = Sessions::at_home(&world.vars, world.platform);
    let provider = build(&plan, &Context::new(Arc::new(sessions)))?;
    let result = block_on(provider.provide(&world));
    visible.debug(&provider);
    visible.debug(&result);
    let found = match result {
        Ok(Lookup::Credentials(credentials)) => Ok(credentials_json(&credentials)),
        Ok(Lookup::NotConfigured(reason)) => Err(reason.to_string()),
        Err(error) => Err(visible.error(&error)),
    };

    service.check()?;
    given.outcomes.iter().try_for_each(|outcome| match (outcome, &found) {
        (Outcome::Credentials(expected), Ok(found)) => {
            let found = expected.keys().map(|key| (key.clone(), found[key].clone())).collect();
            compare::json(&Value::Object(expected.clone()), &Value::Object(found))
        }
        (Outcome::Credentials(_), Err(error)) => Err(Mismatch::new(error.clone())),
        (Outcome::Error, Ok(_)) => Err(Mismatch::new("expected an error, found credentials")),
        (Outcome::Error, Err(_)) => Ok(()),
        (Outcome::CacheContents(expected), _) => {
            expected.iter().try_for_each(|(name, expected)| {
                let found = serde_json::from_slice(&files.read(&cache_path(name))?)?;
                compare::json(expected, &found).map_err(|error| error.with_context(name))
            })
        }
    })
}

fn cache_path(name: &str) -> PathBuf {
    Path::new(CACHE).join(name)
}

fn credentials_json(credentials: &Credentials) -> Value {
    json!({
        "accessKeyId": credentials.access_key_id(),
        "secretAccessKey": credentials.secret_access_key().expose(),
        "sessionToken": credentials.session_token().map(SessionToken::expose),
        "accountId": credentials.account_id().map(AccountId::as_str),
        "expiresAt": credentials.expires_at().map(|at| at.to_string()),
    })
}

/// A transport with the responses of the case.
#[derive(Clone, Debug)]
struct Service(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    calls: Vec<Call>,
    received: usize,
    mismatch: Option<Mismatch>,
}

impl Service {
    fn new(calls: Vec<Call>) -> Self {
        Self(Arc::new(Mutex::new(State { calls, received: 0, mismatch: None })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the next response; further requests get the last one again.
    fn next_response(&self, request: &Request) -> Option<Response> {
        let mut state = self.state();
        let call = state.calls.get(state.received).or(state.calls.last()).cloned();
        state.received += 1;
        let Some(call) = call else {
            state.mismatch =
                Some(Mismatch::new(format!("unexpected request to {}", request.uri())));
            return None;
        };
        if let Err(mismatch) = call.check(request) {
            state.mismatch.get_or_insert(mismatch);
        }
        let body = match &call.response["tokenOutput"] {
            Value::Null => Bytes::new(),
            output => output.to_string().into(),
        };
        http::Response::builder().status(call.response_code.unwrap_or(200)).body(body).ok()
    }

    /// Checks that the requests were those of the case.
    fn check(&self) -> Checked {
        let mut state = self.state();
        if let Some(mismatch) = state.mismatch.take() {
            return Err(mismatch);
        }
        if state.received < state.calls.len() {
            return Err(Mismatch::new(format!(
                "received {} of {} requests",
                state.received,
                state.calls.len()
            )));
        }
        Ok(())
    }
}

impl Call {
    fn check(&self, request: &Request) -> Checked {
        compare::text("POST", request.method().as_str())?;
        compare::text(TOKEN_URL, &request.uri().to_string())?;
        let proof = request
            .headers()
            .get("dpop")
            .ok_or_else(|| Mismatch::new("the request has no DPoP proof"))?;
        compare::values(&3, &proof.to_str()?.split('.').count())?;
        match &self.request["tokenInput"] {
            Value::Null => Ok(()),
            expected => compare::json(expected, &serde_json::from_slice(request.body())?),
        }
    }
}

impl vestibule_world::Transport for Service {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let response = self.next_response(&request);
        let unexpected = || TransportError::new(TransportErrorKind::Local, "unexpected request");
        Box::pin(std::future::ready(response.ok_or_else(unexpected)))
    }
}
