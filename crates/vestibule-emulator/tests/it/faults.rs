use std::time::Duration;

use http::StatusCode;
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_world::{Clock as _, Transport as _, TransportErrorKind, block_on};

use crate::client::{Client, PORTAL, portal, refused, seconds, send};

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
    let answer = send(&emulator, request.unwrap());
    assert_eq!(answer.status(), 403);
    assert!(String::from_utf8_lossy(answer.body()).contains("<Code>ExpiredToken</Code>"));
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
    // The truncated answer was to a request that was done.
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}

/// What becomes of a request of the portal.
fn ask(emulator: &Emulator, token: &str) -> Result<u16, TransportErrorKind> {
    let request = http::Request::post(format!("{PORTAL}/logout"))
        .header("x-amz-sso_bearer_token", token)
        .body("".into());
    match block_on(emulator.send(request.unwrap())) {
        Ok(answer) => Ok(answer.status().as_u16()),
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
    assert_eq!(ask(&emulator, token), Err(TransportErrorKind::TooLarge));
    emulator.fail(Operation::Logout).with(Fault::Reset);
    emulator.fail(Operation::Logout).with(Fault::ResetMidBody);
    assert_eq!(ask(&emulator, token), Err(TransportErrorKind::Lost));
    assert_eq!(ask(&emulator, token), Err(TransportErrorKind::Lost));
    assert_eq!(ask(&emulator, token), Ok(401), "the second one was heard");
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
