use serde_json::Value;
use vestibule_emulator::{Emulator, Rotation};

use crate::client::{Client, portal, refused, seconds};

fn with(rotation: Rotation) -> (Emulator, Client, Value) {
    let emulator = Emulator::builder().rotation(rotation).build();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    (emulator, client, tokens)
}

#[track_caller]
fn is_live(emulator: &Emulator, tokens: &Value, expected: bool) {
    let token = tokens["accessToken"].as_str().unwrap();
    let (status, _) = portal(emulator, "/assignment/accounts", token);
    assert_eq!(status, if expected { 200 } else { 401 });
}

#[test]
fn single_use_refresh_token_is_refused_when_used_again() {
    let (emulator, client, first) = with(Rotation::SingleUse);
    emulator.clock().advance(seconds(3600));
    is_live(&emulator, &first, false);
    let (status, second) = client.refresh(&first);
    assert_eq!(status, 200);
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    is_live(&emulator, &second, true);
    refused(client.refresh(&first), (400, "invalid_grant"));
    assert_eq!(client.refresh(&second).0, 200);
}

#[test]
fn reuse_revokes_the_session_if_rotation_says_so() {
    let (emulator, client, first) = with(Rotation::ReuseEndsSession);
    let (_, second) = client.refresh(&first);
    is_live(&emulator, &second, true);
    refused(client.refresh(&first), (400, "invalid_grant"));
    is_live(&emulator, &second, false);
    refused(client.refresh(&second), (400, "invalid_grant"));
}

#[test]
fn reusable_or_unchanged_refresh_token_stays_valid() {
    let (_, client, first) = with(Rotation::Reusable);
    let (_, second) = client.refresh(&first);
    assert!(second["refreshToken"].is_string());
    assert_eq!(client.refresh(&first).0, 200);
    let (_, client, first) = with(Rotation::Unchanged);
    let (status, second) = client.refresh(&first);
    assert_eq!((status, second.get("refreshToken")), (200, None));
    assert_eq!(client.refresh(&first).0, 200);
}

#[test]
fn refresh_stops_when_the_session_expires() {
    let (emulator, client, mut tokens) = with(Rotation::SingleUse);
    for _ in 0..7 {
        emulator.clock().advance(seconds(3600));
        let (status, refreshed) = client.refresh(&tokens);
        assert_eq!((status, refreshed["expiresIn"].as_u64()), (200, Some(3600)));
        tokens = refreshed;
    }
    emulator.clock().advance(seconds(1800));
    let (_, last) = client.refresh(&tokens);
    assert_eq!(last["expiresIn"], 1800);
    emulator.clock().advance(seconds(1800));
    is_live(&emulator, &last, false);
    refused(client.refresh(&last), (400, "invalid_grant"));
}

#[test]
fn refresh_token_of_another_client_is_refused() {
    let (emulator, _, tokens) = with(Rotation::SingleUse);
    let other = Client::with_scope(&emulator);
    refused(other.refresh(&tokens), (400, "invalid_grant"));
}

#[test]
fn refresh_token_of_revoked_session_is_refused() {
    let (emulator, client, tokens) = with(Rotation::SingleUse);
    emulator.revoke_sessions();
    is_live(&emulator, &tokens, false);
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}

#[test]
fn thousands_of_refreshes_keep_memory_bounded() {
    let emulator = Emulator::builder().session_duration(seconds(90 * 86_400)).build();
    let client = Client::with_scope(&emulator);
    let mut tokens = client.sign_in();
    for _ in 0..10_000 {
        let (status, refreshed) = client.refresh(&tokens);
        assert_eq!(status, 200);
        tokens = refreshed;
    }
    is_live(&emulator, &tokens, true);
    assert_eq!(emulator.secrets().len(), 16_384);
    assert_eq!(emulator.requests().len(), 1000);
}
