//! A small client over a `Transport`.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule_emulator::Emulator;
use vestibule_wire::{Request, Response, percent_encode};
use vestibule_world::{Transport as _, block_on};

pub(crate) const OIDC: &str = "https://oidc.us-east-1.amazonaws.com";
pub(crate) const PORTAL: &str = "https://portal.sso.us-east-1.amazonaws.com";
pub(crate) const START_URL: &str = "https://provided-domain.awsapps.com/start";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:49152/oauth/callback";
pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The vector of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn send(emulator: &Emulator, request: Request) -> Response {
    block_on(emulator.send(request)).unwrap()
}

/// Returns the status and the JSON body, which is null if the body is empty.
pub(crate) fn read(response: &Response) -> (u16, Value) {
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

pub(crate) fn post(emulator: &Emulator, path: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::post(format!("{OIDC}{path}")).body(body.to_string().into());
    read(&send(emulator, request.unwrap()))
}

pub(crate) fn get(emulator: &Emulator, url: &str) -> Response {
    send(emulator, http::Request::get(url).body("".into()).unwrap())
}

pub(crate) fn page(emulator: &Emulator, url: &str) -> String {
    String::from_utf8(get(emulator, url).body().to_vec()).unwrap()
}

pub(crate) fn portal(emulator: &Emulator, path: &str, token: &str) -> (u16, Value) {
    let method = if path == "/logout" { "POST" } else { "GET" };
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{PORTAL}{path}"))
        .header("x-amz-sso_bearer_token", token)
        .body("".into());
    read(&send(emulator, request.unwrap()))
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A registered client.
pub(crate) struct Client {
    pub(crate) emulator: Emulator,
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Client {
    pub(crate) fn register(emulator: &Emulator, more: &Value) -> Self {
        let mut body = json!({ "clientName": "test & client", "clientType": "public" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, response) = post(emulator, "/client/register", &body);
        assert_eq!(status, 200, "{response}");
        let text = |name: &str| response[name].as_str().unwrap().to_owned();
        Self { emulator: emulator.clone(), id: text("clientId"), secret: text("clientSecret") }
    }

    /// Registers a client with a scope, for every grant.
    pub(crate) fn with_scope(emulator: &Emulator) -> Self {
        Self::register(
            emulator,
            &json!({
                "scopes": ["sso:account:access"],
                "redirectUris": ["http://127.0.0.1/oauth/callback"],
                "issuerUrl": START_URL,
            }),
        )
    }

    pub(crate) fn post(&self, path: &str, more: &Value) -> (u16, Value) {
        let mut body = json!({ "clientId": self.id, "clientSecret": self.secret });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post(&self.emulator, path, &body)
    }

    /// Starts a device authorization, and returns the response.
    pub(crate) fn start(&self) -> Value {
        let (status, response) =
            self.post("/device_authorization", &json!({ "startUrl": START_URL }));
        assert_eq!(status, 200, "{response}");
        response
    }

    /// Polls for the token once.
    pub(crate) fn poll(&self, started: &Value) -> (u16, Value) {
        let device_code = &started["deviceCode"];
        self.post("/token", &json!({ "grantType": DEVICE_CODE, "deviceCode": device_code }))
    }

    pub(crate) fn refresh(&self, tokens: &Value) -> (u16, Value) {
        let refresh_token = &tokens["refreshToken"];
        let body = json!({ "grantType": "refresh_token", "refreshToken": refresh_token });
        self.post("/token", &body)
    }

    /// Signs in with a device code.
    pub(crate) fn sign_in(&self) -> Value {
        let started = self.start();
        self.emulator.approve(started["userCode"].as_str().unwrap()).unwrap();
        let (status, tokens) = self.poll(&started);
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    /// Returns the URL that a client opens in a browser.
    pub(crate) fn authorize_url(&self, more: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("state", "a state/1"),
            ("code_challenge_method", "S256"),
            ("scopes", "sso:account:access"),
            ("code_challenge", CHALLENGE),
        ];
        for pair in more {
            pairs.retain(|(name, _)| *name != pair.0);
            pairs.push(*pair);
        }
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
        format!("{OIDC}/authorize?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    pub(crate) fn exchange(&self, code: &str, verifier: &str, redirect: &str) -> (u16, Value) {
        let body = json!({
            "grantType": "authorization_code",
            "code": code,
            "codeVerifier": verifier,
            "redirectUri": redirect,
        });
        self.post("/token", &body)
    }
}

/// Returns an encoded value of the query of a URL.
pub(crate) fn in_query<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Checks the status and the error code of a response of OIDC or of the portal.
#[track_caller]
pub(crate) fn refused((status, body): (u16, Value), expected: (u16, &str)) {
    let type_name = body["__type"].as_str().and_then(|name| name.rsplit('#').next());
    let error = body["error"].as_str().or(type_name).unwrap_or_default();
    assert_eq!((status, error), expected, "{body}");
}
