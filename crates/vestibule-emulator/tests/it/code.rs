use serde_json::json;
use vestibule_emulator::Emulator;

use crate::client::{Client, REDIRECT, VERIFIER, get, in_query, portal, refused, seconds};

#[test]
fn code_with_verifier_is_exchanged_once() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let back = emulator.authorize(&client.authorize_url(&[])).unwrap();
    assert!(back.starts_with(&format!("{REDIRECT}?code=")), "{back}");
    assert_eq!(in_query(&back, "state"), Some("a%20state%2F1"));
    let code = in_query(&back, "code").unwrap();

    refused(client.exchange(code, &"a".repeat(64), REDIRECT), (400, "invalid_grant"));
    let other_port = "http://127.0.0.1:1/oauth/callback";
    refused(client.exchange(code, VERIFIER, other_port), (400, "invalid_grant"));
    refused(client.exchange(code, "", REDIRECT), (400, "invalid_request"));
    let stranger = Client::with_scope(&emulator);
    refused(stranger.exchange(code, VERIFIER, REDIRECT), (400, "invalid_grant"));

    let (status, tokens) = client.exchange(code, VERIFIER, REDIRECT);
    assert_eq!((status, tokens["expiresIn"].as_u64()), (200, Some(3600)));
    assert!(tokens["refreshToken"].is_string());
    let token = tokens["accessToken"].as_str().unwrap();
    assert_eq!(portal(&emulator, "/assignment/accounts", token).0, 200);
    refused(client.exchange(code, VERIFIER, REDIRECT), (400, "invalid_grant"));
}

#[test]
fn expired_code_is_refused() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let back = emulator.authorize(&client.authorize_url(&[])).unwrap();
    emulator.clock().advance(seconds(600));
    let code = in_query(&back, "code").unwrap();
    refused(client.exchange(code, VERIFIER, REDIRECT), (400, "expired_token"));
}

/// Returns the page, or the location that the browser is redirected to.
#[track_caller]
fn check(changed: &[(&str, &str)], expected: &str) {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let response = get(&emulator, &client.authorize_url(changed));
    let location = response.headers().get("location").map(|value| value.to_str().unwrap());
    let error = location.and_then(|location| in_query(location, "error"));
    let found = format!("{} {}", response.status().as_u16(), error.unwrap_or_default());
    assert_eq!(found, expected, "{changed:?}");
    assert!(!emulator.requests().last().unwrap().about.contains("http"));
}

#[test]
fn invalid_authorize_url_redirects_only_to_registered_uri() {
    check(&[], "200 ");
    check(&[("redirect_uri", "http://127.0.0.1:7/oauth/callback")], "200 ");
    for uri in [
        "",
        "http://127.0.0.1:7/other",
        "http://localhost:7/oauth/callback",
        "https://127.0.0.1/oauth/callback",
        "http://127.0.0.1:7/oauth/callback#x",
        "javascript:alert(1)",
    ] {
        check(&[("redirect_uri", uri)], "400 ");
    }
    check(&[("client_id", "x")], "400 ");
    check(&[("response_type", "token")], "302 unsupported_response_type");
    check(&[("code_challenge_method", "plain")], "302 invalid_request");
    check(&[("code_challenge", "short")], "302 invalid_request");
    check(&[("code_challenge", "")], "302 invalid_request");
}

#[test]
fn client_not_registered_for_codes_is_refused() {
    let emulator = Emulator::default();
    let no_redirect = Client::register(&emulator, &json!({}));
    assert_eq!(emulator.authorize(&no_redirect.authorize_url(&[])), None);
    let other_grant = Client::register(
        &emulator,
        &json!({ "grantTypes": ["refresh_token"], "redirectUris": ["http://127.0.0.1"] }),
    );
    let back = emulator.authorize(&other_grant.authorize_url(&[])).unwrap();
    assert_eq!(in_query(&back, "error"), Some("unauthorized_client"));
}

#[test]
fn auto_approve_redirects_without_a_page() {
    let emulator = Emulator::builder().auto_approve().build();
    let client = Client::with_scope(&emulator);
    let response = get(&emulator, &client.authorize_url(&[]));
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    assert_eq!(client.exchange(in_query(location, "code").unwrap(), VERIFIER, REDIRECT).0, 200);
}
