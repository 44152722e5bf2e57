use serde_json::json;
use vestibule_emulator::Emulator;

use crate::client::{Client, DEVICE_CODE, START_URL, portal, refused, seconds};

#[test]
fn device_code_is_pending_until_approved_and_exchanged_once() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let started = client.start();
    let code = started["userCode"].as_str().unwrap();
    assert_eq!((started["expiresIn"].as_u64(), started["interval"].as_u64()), (Some(600), Some(1)));
    assert_eq!(started["verificationUri"], "https://device.sso.us-east-1.amazonaws.com/");
    assert_eq!(started["verificationUriComplete"], {
        format!("https://device.sso.us-east-1.amazonaws.com/?user_code={code}")
    });
    assert_eq!(emulator.pending_user_codes(), [code]);

    refused(client.poll(&started), (400, "authorization_pending"));
    // As people type it.
    emulator.approve(&code.replace('-', " ").to_lowercase()).unwrap();
    assert!(emulator.approve(code).is_err());
    emulator.clock().advance(seconds(1));
    let (status, tokens) = client.poll(&started);
    assert_eq!((status, tokens["tokenType"].as_str()), (200, Some("Bearer")));
    assert_eq!(tokens["expiresIn"], 3600);
    let (status, _) =
        portal(&emulator, "/assignment/accounts", tokens["accessToken"].as_str().unwrap());
    assert_eq!(status, 200);

    emulator.clock().advance(seconds(5));
    refused(client.poll(&started), (400, "invalid_grant"));
}

#[test]
fn denied_and_expired_device_codes_get_different_errors() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let (denied, forgotten) = (client.start(), client.start());
    emulator.deny(denied["userCode"].as_str().unwrap()).unwrap();
    refused(client.poll(&denied), (400, "access_denied"));
    emulator.clock().advance(seconds(600));
    refused(client.poll(&forgotten), (400, "expired_token"));
    assert!(emulator.approve(forgotten["userCode"].as_str().unwrap()).is_err());
}

#[test]
fn early_poll_adds_five_seconds_to_the_interval() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let started = client.start();
    // The AWS CLI polls twice at once.
    refused(client.poll(&started), (400, "authorization_pending"));
    refused(client.poll(&started), (400, "authorization_pending"));
    refused(client.poll(&started), (400, "slow_down"));
    emulator.clock().advance(seconds(5));
    refused(client.poll(&started), (400, "slow_down"));
    emulator.clock().advance(seconds(11));
    refused(client.poll(&started), (400, "authorization_pending"));
}

#[test]
fn token_without_scopes_is_long_lived_and_not_refreshable() {
    let emulator = Emulator::default();
    let tokens = Client::register(&emulator, &json!({})).sign_in();
    assert_eq!(tokens["expiresIn"], 28_800);
    assert!(tokens.get("refreshToken").is_none());
    let only_device = json!({ "scopes": ["sso:account:access"], "grantTypes": [DEVICE_CODE] });
    let tokens = Client::register(&emulator, &only_device).sign_in();
    assert_eq!(tokens["expiresIn"], 3600);
    assert!(tokens.get("refreshToken").is_none());
}

#[test]
fn unknown_client_or_device_code_is_refused() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let start = |body| client.post("/device_authorization", &body);
    let other = "https://other.awsapps.com/start";
    refused(start(json!({ "startUrl": other })), (400, "invalid_request"));
    refused(start(json!({})), (400, "invalid_request"));
    refused(start(json!({ "startUrl": START_URL, "clientSecret": "x" })), (401, "invalid_client"));
    refused(start(json!({ "startUrl": START_URL, "clientId": "x" })), (401, "invalid_client"));

    let code_only = json!({ "grantTypes": ["authorization_code"] });
    let code_only = Client::register(&emulator, &code_only);
    let response = code_only.post("/device_authorization", &json!({ "startUrl": START_URL }));
    refused(response, (400, "unauthorized_client"));

    let started = client.start();
    let other = Client::with_scope(&emulator);
    refused(other.poll(&started), (400, "invalid_grant"));
    let token = |body| client.post("/token", &body);
    refused(token(json!({ "grantType": DEVICE_CODE })), (400, "invalid_request"));
    refused(token(json!({ "grantType": "password" })), (400, "unsupported_grant_type"));
    refused(token(json!({})), (400, "invalid_request"));
    refused(code_only.poll(&started), (400, "unauthorized_client"));
}

#[test]
fn auto_approve_approves_device_codes() {
    let emulator = Emulator::builder().auto_approve().build();
    let client = Client::with_scope(&emulator);
    let (status, _) = client.poll(&client.start());
    assert_eq!(status, 200);
    assert!(emulator.pending_user_codes().is_empty());
}
