use serde_json::{Value, json};
use vestibule_emulator::{Emulator, Operation};
use vestibule_world::Clock as _;

use crate::client::{Client, page, read, refused, seconds, send};

const BASE: &str = "http://127.0.0.1:4599";

fn post_control(emulator: &Emulator, what: &str) -> (u16, Value) {
    let request = http::Request::post(format!("{BASE}/emulator/{what}")).body("".into()).unwrap();
    read(&send(emulator, request))
}

fn get_control(emulator: &Emulator, at: &str) -> Value {
    serde_json::from_str(&page(emulator, &format!("{BASE}/emulator/{at}"))).unwrap()
}

#[test]
fn approve_and_deny_decide_pending_devices() {
    let emulator = Emulator::builder().user("ann").user("bob").build();
    let client = Client::with_scope(&emulator);
    let (first, second, third) = (client.start(), client.start(), client.start());
    let code = first["userCode"].as_str().unwrap();
    let approve = format!("approve?user_code={code}&user=bob");
    assert_eq!(post_control(&emulator, &approve), (200, json!({ "decided": 1 })));
    assert_eq!(post_control(&emulator, &approve).0, 400);
    assert_eq!(post_control(&emulator, "approve?user=eve").0, 400);
    assert_eq!(client.poll(&first).0, 200);
    let code = second["userCode"].as_str().unwrap();
    assert_eq!(post_control(&emulator, &format!("deny?user_code={code}")).0, 200);
    refused(client.poll(&second), (400, "access_denied"));
    assert_eq!(post_control(&emulator, "approve"), (200, json!({ "decided": 1 })));
    assert_eq!(client.poll(&third).0, 200);
    assert_eq!(post_control(&emulator, "revoke"), (200, json!({ "revoked": 2 })));
    assert_eq!(post_control(&emulator, "revoke?session=x"), (200, json!({ "revoked": 0 })));
}

#[test]
fn advance_moves_the_clock_both_ways() {
    let emulator = Emulator::default();
    let start = emulator.clock().now();
    assert_eq!(get_control(&emulator, "time"), json!({ "now": "2026-01-01T00:00:00Z" }));
    let later = json!({ "now": "2026-01-01T01:00:00Z" });
    assert_eq!(post_control(&emulator, "advance?seconds=3600"), (200, later));
    assert_eq!(emulator.clock().now(), start + seconds(3600));
    post_control(&emulator, "advance?seconds=-7200");
    assert_eq!(emulator.clock().now(), start - seconds(3600));
    for bad in ["advance", "advance?seconds=x", "advance?seconds=99999999999"] {
        assert_eq!(post_control(&emulator, bad).0, 400, "{bad}");
    }
}

#[test]
fn fail_schedules_a_fault() {
    let emulator = Emulator::default();
    let (status, body) = post_control(&emulator, "fail?operation=RegisterClient&times=2&what=503");
    assert_eq!((status, body["times"].as_u64()), (200, Some(2)));
    for bad in ["fail", "fail?operation=X&what=503", "fail?operation=Logout&what=two words"] {
        assert_eq!(post_control(&emulator, &bad.replace(' ', "+")).0, 400, "{bad}");
    }
    let register = || crate::client::post(&emulator, "/client/register", &json!({}));
    assert_eq!((register().0, register().0, register().0), (503, 503, 400));
    post_control(&emulator, "fail?operation=RegisterClient&times=always&what=slow_down");
    refused(register(), (400, "slow_down"));
    post_control(&emulator, "heal");
    refused(register(), (400, "invalid_request"));
}

#[test]
fn script_schedules_faults() {
    let emulator = Emulator::default();
    let scheduled =
        post_control(&emulator, "script?script=fail+RegisterClient+with+429+and+retry-after:30");
    assert_eq!(scheduled, (200, json!({ "scripted": 2 })));
    let (status, body) = post_control(&emulator, "script?script=fail+Everything+with+reset");
    assert_eq!(status, 400);
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with("line 1: `Everything` is not an operation; write"), "{message}");
    let request = http::Request::post(format!("{BASE}/client/register")).body("{}".into());
    let busy = send(&emulator, request.unwrap());
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (429, &"30".parse().unwrap())
    );
}

#[test]
fn rotate_changes_what_happens_to_used_refresh_tokens() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    assert_eq!(post_control(&emulator, "rotate?to=reusable").0, 200);
    assert_eq!(client.refresh(&tokens).0, 200);
    assert_eq!(client.refresh(&tokens).0, 200);
    assert_eq!(post_control(&emulator, "rotate?to=single-use").0, 200);
    assert_eq!(client.refresh(&tokens).0, 200);
    refused(client.refresh(&tokens), (400, "invalid_grant"));
    assert_eq!(post_control(&emulator, "rotate?to=twice").0, 400);
}

#[test]
fn log_has_every_request_and_no_secret() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    client.refresh(&client.sign_in());
    client.refresh(&json!({ "refreshToken": "x" }));
    let log = get_control(&emulator, "requests");
    assert_eq!(
        log["counts"],
        json!({
            "RegisterClient": 1, "StartDeviceAuthorization": 1, "CreateToken": 3,
        })
    );
    let mut entry = log["requests"][4].clone();
    for (body, expected) in [("requestBody", "\"…\""), ("responseBody", "invalid_grant")] {
        let body = entry.as_object_mut().unwrap().remove(body).unwrap();
        assert!(body.as_str().unwrap().contains(expected), "{body}");
    }
    assert_eq!(
        entry,
        json!({
            "at": "2026-01-01T00:00:00Z", "operation": "CreateToken", "line": "POST /token",
            "about": "refresh_token", "userAgent": "", "status": 400, "error": "invalid_grant",
            "scripted": false, "violations": [],
        })
    );
    let secrets = emulator.secrets();
    assert_eq!(secrets.len(), 6, "client, device code, and two pairs of tokens");
    let log = log.to_string();
    assert!(!secrets.iter().any(|secret| log.contains(secret)));
    assert_eq!(page(&emulator, &format!("{BASE}/emulator/secrets")), secrets.join("\n") + "\n");
    assert_eq!(emulator.count(Operation::CreateToken), 3);
}

#[test]
fn violation_is_reported_to_listener_log_and_control() {
    let (reported, received) = std::sync::mpsc::channel();
    let emulator = Emulator::builder()
        .on_violation(move |violation| reported.send(violation.to_string()).unwrap())
        .build();
    let client = Client::with_scope(&emulator);
    client.refresh(&client.sign_in());
    assert_eq!(emulator.violations(), []);

    let request = http::Request::post("https://oidc.us-east-1.amazonaws.com/token")
        .header("user-agent", "mine/1.0")
        .body(r#"{"client_id":"x","clientSecret":"s","grantType":"refresh_token"}"#.into());
    assert_eq!(send(&emulator, request.unwrap()).status(), 400);
    let expected = [
        "POST /token: CreateToken has no `client_id` (mine/1.0)",
        "POST /token: `clientId` is missing (mine/1.0)",
    ];
    assert_eq!(received.try_iter().collect::<Vec<_>>(), expected);
    assert_eq!(get_control(&emulator, "violations"), json!({ "violations": expected }));
    let violations = emulator.violations();
    assert_eq!(violations[0].operation, Some(Operation::CreateToken));
    assert_eq!(emulator.requests().last().unwrap().violations.len(), 2);
}

#[test]
fn browser_is_redirected_to_the_status_page() {
    let emulator = Emulator::default();
    let request = http::Request::post(format!("{BASE}/emulator/advance"))
        .header("accept", "text/html,*/*")
        .body("seconds=60".into());
    let response = send(&emulator, request.unwrap());
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (303, &"/".parse().unwrap())
    );
    assert_eq!(post_control(&emulator, "nonsense").0, 404);
}
