use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_wire::percent_encode;
use vestibule_world::Clock as _;

use crate::client::{CHALLENGE, REDIRECT, VERIFIER, get, in_query, page, read, seconds, send};
use crate::signer::{IDENTITY, Keys, assert_contains};

const AT: &str = "https://us-east-1.signin.aws.amazon.com";
const SAME: &str = "arn:aws:signin:::devtools/same-device";
const CROSS: &str = "arn:aws:signin:::devtools/cross-device";
const CONFIRMATION: &str = "https://us-east-1.signin.aws.amazon.com/v1/sessions/confirmation";

/// A program that uses console login, with the key of this seed.
struct Program<'a> {
    emulator: &'a Emulator,
    key: SigningKey,
    client_id: &'static str,
}

impl<'a> Program<'a> {
    fn new(emulator: &'a Emulator, seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        Self { emulator, key, client_id: SAME }
    }

    fn authorize_url(&self, more: &[(&str, &str)]) -> String {
        let redirect = if self.client_id == SAME { REDIRECT } else { CONFIRMATION };
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("state", "S/1"),
            ("code_challenge_method", "SHA-256"),
            ("scope", "openid"),
            ("redirect_uri", redirect),
            ("code_challenge", CHALLENGE),
        ];
        for pair in more {
            pairs.retain(|(name, _)| *name != pair.0);
            pairs.push(*pair);
        }
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
        format!("{AT}/v1/authorize?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    fn code(&self) -> String {
        let back = self.emulator.authorize(&self.authorize_url(&[])).unwrap();
        in_query(&back, "code").unwrap().to_owned()
    }

    /// Returns the claims of a valid proof.
    fn claims(&self) -> Value {
        // The number of requests makes each id new, and the test deterministic.
        let jti = format!("proof {}", self.emulator.count(Operation::CreateOAuth2Token));
        let iat = self.emulator.clock().now().unix_seconds();
        json!({ "htm": "POST", "htu": format!("{AT}/v1/token"), "iat": iat, "jti": jti })
    }

    fn header(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65) });
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk })
    }

    fn proof(&self, header: &Value, claims: &Value) -> String {
        let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature: Signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn post(&self, proof: &str, body: &Value) -> (u16, Value) {
        let request = http::Request::post(format!("{AT}/v1/token"))
            .header("dpop", proof)
            .header("content-type", "application/json")
            .body(body.to_string().into());
        read(&send(self.emulator, request.unwrap()))
    }

    fn send(&self, body: &Value) -> (u16, Value) {
        self.post(&self.proof(&self.header(), &self.claims()), body)
    }

    fn exchange(&self, code: &str, more: &Value) -> Value {
        let mut body = json!({
            "clientId": self.client_id,
            "grantType": "authorization_code",
            "code": code,
            "codeVerifier": VERIFIER,
            "redirectUri": if self.client_id == SAME { REDIRECT } else { CONFIRMATION },
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn sign_in(&self) -> Value {
        let (status, tokens) = self.send(&self.exchange(&self.code(), &json!({})));
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    fn refresh(&self, tokens: &Value) -> (u16, Value) {
        self.send(&json!({
            "clientId": self.client_id,
            "grantType": "refresh_token",
            "refreshToken": tokens["refreshToken"],
        }))
    }
}

fn keys(tokens: &Value) -> Keys {
    let text = |name: &str| tokens["accessToken"][name].as_str().unwrap().to_owned();
    Keys {
        id: text("accessKeyId"),
        secret: text("secretAccessKey"),
        token: Some(text("sessionToken")),
    }
}

#[track_caller]
fn refused((status, body): (u16, Value), expected: (u16, &str), says: &str) {
    assert_eq!((status, body["error"].as_str().unwrap()), expected, "{body}");
    assert!(body["message"].as_str().unwrap().contains(says), "{body}");
}

const INVALID: (u16, &str) = (400, "INVALID_REQUEST");

#[test]
fn console_login_credentials_are_known_to_sts() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    let tokens = program.sign_in();
    assert_eq!((&tokens["tokenType"], &tokens["expiresIn"]), (&json!("aws_sigv4"), &json!(900)));
    let arn = "arn:aws:iam::111122223333:user/sample-user";
    assert_eq!(keys(&tokens).arn(&emulator), arn);
    let claims = tokens["idToken"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!(arn), &json!(SAME)));

    let (status, newer) = program.refresh(&tokens);
    assert_eq!((status, newer.get("idToken")), (200, None));
    assert_eq!(keys(&newer).arn(&emulator), arn);
    // The older refresh token stays valid until the session expires.
    assert_eq!(program.refresh(&tokens).0, 200);
    let secrets = emulator.secrets();
    for name in ["refreshToken", "idToken"] {
        assert!(secrets.iter().any(|secret| tokens[name] == **secret), "{name}");
    }
}

#[test]
fn console_credentials_expire_before_the_session() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    let tokens = program.sign_in();
    emulator.clock().advance(seconds(900));
    assert_contains(&keys(&tokens).send(&emulator, IDENTITY), &["<Code>ExpiredToken</Code>"]);
    emulator.clock().advance(seconds(8 * 3600 - 900 - 60));
    let (_, last) = program.refresh(&tokens);
    assert_eq!(last["expiresIn"], 60);
    emulator.clock().advance(seconds(60));
    refused(program.refresh(&last), (401, "TOKEN_EXPIRED"), "expired or was revoked");

    let tokens = program.sign_in();
    emulator.revoke_sessions();
    refused(program.refresh(&tokens), (401, "TOKEN_EXPIRED"), "expired or was revoked");
}

#[test]
fn cross_device_code_is_shown_for_pasting() {
    let emulator = Emulator::default();
    let program = Program { client_id: CROSS, ..Program::new(&emulator, 7) };
    let shown = emulator.authorize(&program.authorize_url(&[])).unwrap();
    assert!(shown.starts_with(CONFIRMATION), "{shown}");
    let shown = page(&emulator, &shown);
    let (_, text) = shown.split_once("readonly autofocus>").unwrap();
    let (text, _) = text.split_once('<').unwrap();
    let text = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
    let code = text.strip_prefix("state=S/1&code=").unwrap();
    assert_eq!(program.send(&program.exchange(code, &json!({}))).0, 200);
    assert_eq!(get(&emulator, CONFIRMATION).status(), 400);
}

#[test]
fn console_code_is_valid_once_for_its_client_and_10_minutes() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    let code = program.code();
    let other = json!({ "codeVerifier": "a".repeat(64) });
    refused(program.send(&program.exchange(&code, &other)), INVALID, "codeVerifier");
    let other = json!({ "redirectUri": "http://127.0.0.1:1/oauth/callback" });
    refused(program.send(&program.exchange(&code, &other)), INVALID, "redirectUri");
    let other = json!({ "clientId": CROSS });
    refused(program.send(&program.exchange(&code, &other)), INVALID, "unknown");
    assert_eq!(program.send(&program.exchange(&code, &json!({}))).0, 200);
    let again = program.send(&program.exchange(&code, &json!({})));
    refused(again, (401, "AUTHCODE_EXPIRED"), "was used");
    let code = program.code();
    emulator.clock().advance(seconds(600));
    let late = program.send(&program.exchange(&code, &json!({})));
    refused(late, (401, "AUTHCODE_EXPIRED"), "expired");
}

#[test]
fn console_refresh_with_another_key_is_refused() {
    let emulator = Emulator::default();
    let tokens = Program::new(&emulator, 7).sign_in();
    refused(Program::new(&emulator, 8).refresh(&tokens), INVALID, "another key");
    let cross = Program { client_id: CROSS, ..Program::new(&emulator, 7) };
    refused(cross.refresh(&tokens), INVALID, "unknown");
}

#[test]
fn invalid_dpop_proof_is_refused() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    let tokens = program.sign_in();
    let body = json!({ "clientId": SAME, "grantType": "refresh_token",
        "refreshToken": tokens["refreshToken"] });
    let now = emulator.clock().now().unix_seconds();
    for (claim, value, says) in [
        ("htm", json!("GET"), "another method"),
        ("htu", json!("https://eu-west-1.signin.aws.amazon.com/v1/token"), "another URL"),
        ("htu", json!(format!("{AT}/v1/token?x")), "another URL"),
        ("iat", json!(now - 301), "too far from"),
        ("iat", json!(now + 301), "too far from"),
        ("iat", json!(i64::MIN), "too far from"),
        ("iat", json!("now"), "not a number"),
        ("jti", json!(""), "jti"),
        ("jti", json!("proof 0"), "used before"),
    ] {
        let mut claims = program.claims();
        claims[claim] = value;
        let proof = program.proof(&program.header(), &claims);
        refused(program.post(&proof, &body), INVALID, says);
    }
    let other = Program::new(&emulator, 8);
    for (path, value, says) in [
        ("/typ", json!("JWT"), "typ"),
        ("/alg", json!("none"), "alg"),
        ("/jwk/crv", json!("P-384"), "P-256"),
        ("/jwk/x", json!("AA"), "not a point"),
        ("/jwk", other.header()["jwk"].clone(), "signature"),
    ] {
        let mut header = program.header();
        *header.pointer_mut(path).unwrap() = value;
        let proof = program.proof(&header, &program.claims());
        refused(program.post(&proof, &body), INVALID, says);
    }
    let mut header = program.header();
    header["jwk"]["d"] = json!("AA");
    let proof = program.proof(&header, &program.claims());
    refused(program.post(&proof, &body), INVALID, "private key");
    for proof in ["", "a.b", "a.b.c.d", "!.!.!", "e30.e30.e30"] {
        refused(program.post(proof, &body), INVALID, "DPoP");
    }
    assert_eq!(program.send(&body).0, 200);
}

#[test]
fn malformed_console_token_request_is_refused() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    for (body, says) in [
        (json!([]), "JSON object"),
        (json!({}), "clientId"),
        (json!({ "clientId": "mine" }), "clientId"),
        (json!({ "clientId": SAME }), "grantType"),
        (json!({ "clientId": SAME, "grantType": "authorization_code" }), "code is missing"),
        (json!({ "clientId": SAME, "grantType": "refresh_token" }), "refreshToken is missing"),
    ] {
        refused(program.send(&body), INVALID, says);
    }
}

#[test]
fn unknown_redirect_uri_is_not_redirected_to() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    for wrong in [
        ("client_id", "mine"),
        ("redirect_uri", "https://example.com/oauth/callback"),
        ("redirect_uri", "http://127.0.0.1:99999/oauth/callback"),
        ("redirect_uri", CONFIRMATION),
    ] {
        assert_eq!(emulator.authorize(&program.authorize_url(&[wrong])), None, "{wrong:?}");
    }
    for wrong in [("response_type", "token"), ("scope", "all"), ("code_challenge_method", "S256")] {
        let back = emulator.authorize(&program.authorize_url(&[wrong])).unwrap();
        assert!(back.starts_with(&format!("{REDIRECT}?error=invalid_request&")), "{back}");
    }
    let asked = page(&emulator, &program.authorize_url(&[]));
    assert!(asked.contains("Allow access?") && asked.contains("aws login"), "{asked}");
}

#[test]
fn scripted_console_error_has_the_status_of_its_code() {
    let emulator = Emulator::default();
    let program = Program::new(&emulator, 7);
    let tokens = program.sign_in();
    for (code, status) in [
        ("USER_CREDENTIALS_CHANGED", 403),
        ("INSUFFICIENT_PERMISSIONS", 403),
        ("TOKEN_EXPIRED", 401),
        ("server_error", 500),
    ] {
        emulator.fail(Operation::CreateOAuth2Token).with(Fault::Error(code.into()));
        refused(program.refresh(&tokens), (status, code), "Scripted");
    }
    emulator.fail(Operation::CreateOAuth2Token).with(Fault::Error("TooManyRequestsError".into()));
    assert_eq!(program.refresh(&tokens).0, 429);
}
