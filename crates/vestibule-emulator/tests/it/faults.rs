use std::time::Duration;

use http::StatusCode;
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_world::{Clock as _, Transport as _, TransportErrorKind, block_on};

use crate::client::{Client, OIDC, PORTAL, portal, refused, seconds, send};

fn signed_in() -> (Emulator, Client, serde_json::Value) {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    (emulator, client, tokens)
}

#[test]
fn fault_is_applied_the_scheduled_number_of_times() {
    let (emulator, client, tokens) = signed_in();
    emulator.fail(Operation::CreateToken).times(2).with(Fault::slow_down());
    refused(client.refresh(&tokens), (400, "slow_down"));
    refused(client.refresh(&tokens), (400, "slow_down"));
    assert_eq!(client.refresh(&tokens).0, 200);
    let scripted: Vec<_> = emulator.requests().iter().map(|entry| entry.scripted).collect();
    assert_eq!(scripted[scripted.len() - 3..], [true, true, false]);
    assert_eq!(emulator.count(Operation::CreateToken), 4);
}

#[test]
fn scripted_error_has_the_format_of_its_service() {
    let (emulator, client, tokens) = signed_in();
    let token = tokens["accessToken"].as_str().unwrap();
    for (code, status) in [
        ("TooManyRequestsException", 429),
        ("ResourceNotFoundException", 404),
        ("UnauthorizedException", 401),
        ("ForbiddenException", 403),
        ("InvalidRequestException", 400),
    ] {
        emulator.fail(Operation::ListAccounts).with(Fault::Error(code.into()));
        refused(portal(&emulator, "/assignment/accounts", token), (status, code));
    }
    emulator.fail(Operation::CreateToken).with(Fault::Error("InternalServerException".into()));
    refused(client.refresh(&tokens), (500, "server_error"));
    emulator.fail(Operation::GetCallerIdentity).with(Fault::Error("ExpiredToken".into()));
    let request = http::Request::post("https://sts.us-east-1.amazonaws.com/")
        .body("Action=GetCallerIdentity".into());
    let response = send(&emulator, request.unwrap());
    assert_eq!(response.status(), 403);
    assert!(String::from_utf8_lossy(response.body()).contains("<Code>ExpiredToken</Code>"));
}

#[test]
fn gateway_and_captive_portal_faults_replace_the_response() {
    let (emulator, client, tokens) = signed_in();
    emulator.fail(Operation::CreateToken).with(Fault::Status(StatusCode::BAD_GATEWAY));
    assert_eq!(client.refresh(&tokens), (502, serde_json::Value::Null));
    emulator.fail(Operation::CreateToken).with(Fault::Html);
    assert_eq!(client.refresh(&tokens), (200, serde_json::Value::Null));
    emulator.fail(Operation::CreateToken).with(Fault::Truncate);
    assert_eq!(client.refresh(&tokens), (200, serde_json::Value::Null));
    // The service handled the request whose response was truncated.
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}

/// Returns the status of a `Logout`, or the error of its connection.
fn request(emulator: &Emulator, token: &str) -> Result<u16, TransportErrorKind> {
    let request = http::Request::post(format!("{PORTAL}/logout"))
        .header("x-amz-sso_bearer_token", token)
        .body("".into());
    match block_on(emulator.send(request.unwrap())) {
        Ok(response) => Ok(response.status().as_u16()),
        Err(error) => {
            assert_eq!(error.host, PORTAL);
            Err(error.kind)
        }
    }
}

#[test]
fn reset_comes_before_the_request_and_mid_body_reset_after() {
    let (emulator, _, tokens) = signed_in();
    let token = tokens["accessToken"].as_str().unwrap();
    emulator.fail(Operation::Logout).with(Fault::Endless);
    assert_eq!(request(&emulator, token), Err(TransportErrorKind::TooLarge));
    emulator.fail(Operation::Logout).with(Fault::Reset);
    emulator.fail(Operation::Logout).with(Fault::ResetMidBody);
    assert_eq!(request(&emulator, token), Err(TransportErrorKind::Lost));
    assert_eq!(request(&emulator, token), Err(TransportErrorKind::Lost));
    assert_eq!(request(&emulator, token), Ok(401), "the service handled the second one");
    assert_eq!(emulator.requests().iter().rev().nth(1).unwrap().status, None);
}

#[test]
fn revoke_fault_revokes_sessions_before_the_request() {
    let emulator = Emulator::builder()
        .session("sample-user", "known-token")
        .script("fail ListAccounts with revoke\nfail anything always with latency:1000")
        .unwrap()
        .build();
    let before = emulator.clock().now();
    assert_eq!(
        portal(&emulator, "/assignment/roles?account_id=111122223333", "known-token").0,
        200
    );
    refused(
        portal(&emulator, "/assignment/accounts", "known-token"),
        (401, "UnauthorizedException"),
    );
    refused(
        portal(&emulator, "/assignment/accounts", "known-token"),
        (401, "UnauthorizedException"),
    );
    assert_eq!(emulator.clock().now(), before + seconds(3));
    assert_eq!(emulator.secrets(), ["known-token"]);
}

#[test]
fn latency_passes_on_the_emulator_clock() {
    let (emulator, _, tokens) = signed_in();
    let before = emulator.clock().now();
    emulator
        .fail(Operation::ListAccounts)
        .always()
        .with(Fault::Latency(Duration::from_millis(1500)));
    let token = tokens["accessToken"].as_str().unwrap();
    for _ in 0..2 {
        assert_eq!(portal(&emulator, "/assignment/accounts", token).0, 200);
    }
    emulator.clear_faults();
    assert_eq!(portal(&emulator, "/assignment/accounts", token).0, 200);
    assert_eq!(emulator.clock().now(), before + seconds(3));
}

#[test]
fn lost_response_comes_after_the_rotation() {
    let (emulator, client, tokens) = signed_in();
    emulator.fail(Operation::CreateToken).with(Fault::LoseResponse);
    let body = serde_json::json!({
        "clientId": client.id, "clientSecret": client.secret,
        "grantType": "refresh_token", "refreshToken": tokens["refreshToken"],
    });
    let request = http::Request::post(format!("{OIDC}/token")).body(body.to_string().into());
    let error = block_on(emulator.send(request.unwrap())).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Lost);
    assert_eq!(emulator.requests().last().unwrap().status, None);
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}

#[test]
fn delayed_response_comes_after_the_rotation() {
    let (emulator, client, tokens) = signed_in();
    emulator.script("fail CreateToken with latency:20000").unwrap();
    let before = emulator.clock().now();
    let (status, refreshed) = client.refresh(&tokens);
    assert_eq!((status, emulator.clock().now()), (200, before + seconds(20)));
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    assert_eq!(client.refresh(&refreshed).0, 200);
}

#[test]
fn scripted_error_can_have_another_status() {
    let (emulator, client, tokens) = signed_in();
    emulator.script("fail CreateToken with server_error:400").unwrap();
    refused(client.refresh(&tokens), (400, "server_error"));
    emulator.script("fail CreateToken with error:brand_new:418").unwrap_err();
    emulator.script("fail CreateToken with invalid_grant and retry-after:7").unwrap();
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    assert_eq!(client.refresh(&tokens).0, 200, "a scripted error has no effect");
}

#[test]
fn expired_session_refuses_its_tokens() {
    let (emulator, client, tokens) = signed_in();
    emulator.script("fail ListAccounts with expire-sessions").unwrap();
    let token = tokens["accessToken"].as_str().unwrap();
    refused(portal(&emulator, "/assignment/accounts", token), (401, "UnauthorizedException"));
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    let tokens = client.sign_in();
    emulator.expire_sessions();
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}

#[test]
fn expired_registration_refuses_its_client() {
    let (emulator, client, tokens) = signed_in();
    emulator.script("fail CreateToken with expire-registrations").unwrap();
    refused(client.refresh(&tokens), (401, "invalid_client"));
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    emulator.expire_registrations();
    refused(client.refresh(&tokens), (401, "invalid_client"));

    let emulator = Emulator::builder().registration_duration(seconds(60)).build();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    emulator.clock().advance(seconds(60));
    refused(client.refresh(&tokens), (401, "invalid_client"));
}

#[test]
fn scope_that_is_not_registered_is_refused() {
    let (_, client, tokens) = signed_in();
    let refresh = |scope: &str| {
        let body = serde_json::json!({
            "grantType": "refresh_token", "refreshToken": tokens["refreshToken"], "scope": [scope],
        });
        client.post("/token", &body)
    };
    refused(refresh("codewhisperer:completions"), (400, "invalid_scope"));
    assert_eq!(refresh("sso:account:access").0, 200);
}
