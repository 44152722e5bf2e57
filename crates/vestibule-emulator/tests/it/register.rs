use serde_json::{Value, json};
use vestibule_emulator::Emulator;

use crate::client::{Client, OIDC, START_URL, post, refused, seconds, send};

#[test]
fn registration_expires_after_90_days() {
    let emulator = Emulator::default();
    let body = json!({ "clientName": "x", "clientType": "public" });
    let (status, response) = post(&emulator, "/client/register", &body);
    assert_eq!(status, 200);
    let time = |name: &str| response[name].as_i64().unwrap();
    assert_eq!(time("clientIdIssuedAt"), 1_767_225_600);
    assert_eq!(time("clientSecretExpiresAt") - time("clientIdIssuedAt"), 90 * 86_400);

    let client = Client::with_scope(&emulator);
    emulator.clock().advance(seconds(90 * 86_400));
    refused(
        client.post("/device_authorization", &json!({ "startUrl": START_URL })),
        (401, "invalid_client"),
    );
}

/// Registers with these members in place of valid ones.
#[track_caller]
fn check(members: &Value, expected: &str) {
    let mut body = json!({ "clientName": "x", "clientType": "public" });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    refused(post(&Emulator::default(), "/client/register", &body), (400, expected));
}

#[test]
fn invalid_metadata_gets_its_own_error_code() {
    check(&json!({ "clientName": null }), "invalid_request");
    check(&json!({ "clientName": 7 }), "invalid_request");
    check(&json!({ "clientType": "" }), "invalid_request");
    check(&json!({ "clientType": "confidential" }), "invalid_client_metadata");
    check(&json!({ "scopes": "sso:account:access" }), "invalid_request");
    check(&json!({ "scopes": [1] }), "invalid_request");
    check(&json!({ "scopes": ["everything"] }), "invalid_scope");
    check(&json!({ "scopes": ["a:b c:d"] }), "invalid_scope");
    check(&json!({ "grantTypes": ["password"] }), "unsupported_grant_type");
    check(&json!({ "issuerUrl": "https://other.awsapps.com/start" }), "invalid_request");
    for uri in [
        "http://localhost/oauth/callback",
        "https://127.0.0.1/oauth/callback",
        "http://127.0.0.1/other",
        "http://127.0.0.1.example.com/",
        "http://example.com/oauth/callback",
        "not a URI",
    ] {
        check(&json!({ "redirectUris": [uri] }), "invalid_redirect_uri");
    }
}

#[test]
fn registrations_of_aws_clients_are_accepted() {
    let emulator = Emulator::default();
    Client::register(
        &emulator,
        &json!({
            "scopes": ["sso:account:access", "codewhisperer:completions"],
            "grantTypes": ["authorization_code", "refresh_token"],
            "redirectUris": ["http://127.0.0.1/oauth/callback", "http://127.0.0.1", "http://[::1]:1/"],
            "issuerUrl": format!("{START_URL}/#/"),
            "entitledApplicationArn": null,
        }),
    );
    Client::register(&emulator, &json!({ "scopes": ["sso-portal:*"] }));
}

#[test]
fn error_response_has_its_shape_in_a_header() {
    let emulator = Emulator::default();
    let request = http::Request::post(format!("{OIDC}/client/register")).body("{".into()).unwrap();
    let response = send(&emulator, request);
    assert_eq!(response.headers()["x-amzn-errortype"], {
        "InvalidRequestException:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"
    });
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["date"], "Thu, 01 Jan 2026 00:00:00 GMT");
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
}
