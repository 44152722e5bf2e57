//! Tests of the state machine: events and steps.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::{Value, json};
use vestibule_console_login::{
    Device, FlowError, LoginToken, Plane, Redirected, Seed, SignIn, SignInMachine as _, Step,
    endpoint, file_name,
};
use vestibule_types::{Region, Timestamp, with_causes};
use vestibule_wire::{EndpointParams, Response};
use zeroize::Zeroizing;

const ARN: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_763_510_400 + seconds, 0).unwrap()
}

fn begin(device: Device) -> (SignIn, String) {
    let params = EndpointParams::new(Region::new("us-east-2").unwrap());
    let endpoint = endpoint(&params, Plane::Data).unwrap();
    let mut sign_in = SignIn::new(endpoint, device, Seed::new(Zeroizing::new([7; Seed::LEN])));
    let Step::Open(address) = sign_in.step(time(0)) else { panic!("nothing to open") };
    let (_, rest) = address.as_str().split_once("&state=").unwrap();
    let state = rest.split('&').next().unwrap().to_owned();
    (sign_in, state)
}

/// Returns a sign-in that received the code.
fn redirected() -> SignIn {
    let (mut sign_in, state) = begin(Device::Same { port: 4321 });
    let address = format!("/oauth/callback?code=the-code&state={state}");
    assert_eq!(sign_in.handle_redirect(&address), Redirected::Accepted);
    sign_in
}

fn response(status: u16, body: &Value) -> Response {
    http::Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap()
}

fn tokens() -> Value {
    let claims = URL_SAFE_NO_PAD.encode(json!({"sub": ARN}).to_string());
    json!({
        "accessToken":
            {"accessKeyId": "ASIA", "secretAccessKey": "secret", "sessionToken": "session"},
        "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "refresh",
        "idToken": format!("e30.{claims}.c2ln")
    })
}

#[track_caller]
fn check_failed(sign_in: &mut SignIn, now: Timestamp, expected: &str) {
    match sign_in.step(now) {
        Step::Failed(error) => assert_eq!(with_causes(&error), expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn redirect_with_code_signs_in() {
    let mut sign_in = redirected();
    let Step::Send(request) = sign_in.step(time(30)) else { panic!("nothing to send") };
    assert_eq!(request.uri(), "https://us-east-2.signin.aws.amazon.com/v1/token");
    assert!(request.headers()["dpop"].is_sensitive());
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["clientId"], "arn:aws:signin:::devtools/same-device");
    assert_eq!(body["grantType"], "authorization_code");
    assert_eq!(body["code"], "the-code");
    assert_eq!(body["redirectUri"], "http://127.0.0.1:4321/oauth/callback");
    assert_eq!(body["codeVerifier"].as_str().unwrap().len(), 64);

    sign_in.handle_response(&response(200, &tokens()), time(31));
    let Step::Done(signed_in) = sign_in.step(time(31)) else { panic!("not done") };
    assert_eq!(signed_in.login_session, ARN);
    assert!(file_name(&signed_in.login_session).starts_with("4b0ba8f99f07"));
    let file: Value = serde_json::from_slice(&signed_in.token.write()).unwrap();
    assert_eq!(file["accessToken"]["accountId"], "012345678910");
    assert_eq!(file["accessToken"]["expiresAt"], time(31 + 900).to_string());
    assert_eq!(file["signInRegion"], "us-east-2");
    assert_eq!(file["tokenType"], "aws_sigv4");
    let again = LoginToken::read(&signed_in.token.write()).unwrap();
    assert_eq!(again.write(), signed_in.token.write());
}

#[test]
fn pasted_text_signs_in() {
    let (mut sign_in, state) = begin(Device::Cross);
    let shown = STANDARD.encode(format!("state={state}&code=C"));
    assert_eq!(sign_in.handle_redirect("c3RhdGU9UyZjb2RlPUM="), Redirected::Ignored);
    assert_eq!(sign_in.handle_redirect(&shown), Redirected::Accepted);
    let Step::Send(request) = sign_in.step(time(1)) else { panic!("nothing to send") };
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["code"], "C");
    let page = "https://us-east-2.signin.aws.amazon.com/v1/sessions/confirmation";
    assert_eq!(body["redirectUri"], page);
}

#[test]
fn unrelated_redirect_is_ignored_until_the_request_expires() {
    let (mut sign_in, _) = begin(Device::Same { port: 1 });
    assert_eq!(sign_in.handle_redirect("/oauth/callback?code=x&state=other"), Redirected::Ignored);
    assert!(matches!(sign_in.step(time(599)), Step::AwaitRedirect { until } if until == time(600)));
    check_failed(&mut sign_in, time(600), "the sign-in request expired before it was approved");
    assert_eq!(sign_in.handle_redirect("/oauth/callback"), Redirected::Ignored);
}

#[test]
fn denied_request_fails_with_the_reason_of_the_service() {
    let (mut sign_in, state) = begin(Device::Same { port: 1 });
    let address = format!("/?state={state}&error=access_denied&error_description=No%0Away");
    assert_eq!(sign_in.handle_redirect(&address), Redirected::Denied);
    check_failed(&mut sign_in, time(1), "the sign-in request was denied: access_denied: No way");

    let mut sign_in = redirected();
    let expired = json!({"error": "AUTHCODE_EXPIRED", "message": "the-code is old"});
    sign_in.handle_response(&response(401, &expired), time(1));
    check_failed(
        &mut sign_in,
        time(1),
        "the grant is no longer valid: AUTHCODE_EXPIRED: … is old (HTTP 401)",
    );
}

#[test]
fn failing_service_is_retried_twice_with_new_proofs() {
    let mut sign_in = redirected();
    let Step::Send(first) = sign_in.step(time(0)) else { panic!("nothing to send") };
    sign_in.handle_response(&response(500, &json!({"error": "server_error"})), time(0));
    assert!(matches!(sign_in.step(time(0)), Step::Wait(span) if span.as_secs() == 2));
    let Step::Send(second) = sign_in.step(time(2)) else { panic!("nothing to send") };
    assert_ne!(first.headers()["dpop"], second.headers()["dpop"]);
    assert_eq!(first.body()[..], second.body()[..]);
    sign_in.handle_failure(time(2));
    assert!(matches!(sign_in.step(time(6)), Step::Send(_)));
    sign_in.handle_failure(time(6));
    check_failed(&mut sign_in, time(6), "the sign-in service could not be reached");
}

#[test]
fn response_without_id_token_or_refresh_token_is_malformed() {
    for key in ["idToken", "refreshToken"] {
        let mut sign_in = redirected();
        let mut body = tokens();
        body.as_object_mut().unwrap().remove(key);
        sign_in.handle_response(&response(200, &body), time(0));
        let expected = "expected credentials, a refresh token and an ID token, \
                        got something else (HTTP 200)";
        check_failed(&mut sign_in, time(0), expected);
    }
}

#[test]
fn cancelled_sign_in_ignores_later_events() {
    let mut sign_in = redirected();
    sign_in.cancel();
    sign_in.handle_response(&response(200, &tokens()), time(0));
    sign_in.handle_failure(time(0));
    assert!(matches!(sign_in.step(time(0)), Step::Failed(FlowError::Cancelled)));
}

#[test]
fn debug_hides_secrets() {
    let mut sign_in = redirected();
    let shown = format!("{sign_in:?} {:?}", sign_in.step(time(0)));
    assert!(!shown.contains("the-code") && !shown.contains("eyJ"), "{shown}");
    sign_in.handle_response(&response(200, &tokens()), time(0));
    let shown = format!("{:?}", sign_in.step(time(0)));
    for secret in ["\"secret\"", "session\"", "\"refresh\"", "c2ln"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
