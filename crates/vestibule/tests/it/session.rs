use std::time::Duration;

use vestibule::world::block_on;
use vestibule::{ErrorKind, Remedy, Session};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::world;

use crate::support::{load, sign_in};

#[test]
fn session_returns_credentials_and_region_after_a_sign_in() {
    let emulator = Emulator::default();
    block_on(async {
        let session = Session::builder().world(world(&emulator)).load().await.unwrap();

        let error = session.credentials().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInNeeded);
        let remedy = Remedy::SignIn { session: Some("my-sso".into()), profile: "default".into() };
        assert_eq!(error.remedy(), Some(&remedy));
        let chosen_by = error.chosen_by().unwrap().to_string();
        assert_eq!(chosen_by, "sso_session, ~/.aws/config:2");

        sign_in(&session, &emulator);
        let credentials = session.credentials().await.unwrap();
        assert!(credentials.access_key_id().starts_with("ASIA"));
        assert_eq!(credentials.account_id().unwrap().as_str(), "111122223333");
        assert_eq!(session.region().unwrap().as_str(), "us-east-1");
        let identity = session.caller_identity().await.unwrap();
        assert_eq!(identity.account.as_str(), "111122223333");
    });
}

#[test]
fn rejected_role_credentials_are_replaced_once() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    sign_in(&session, &emulator);
    let rejected = Fault::Error("InvalidClientTokenId".into());
    emulator.fail(Operation::GetCallerIdentity).with(rejected.clone());
    session.blocking().caller_identity().unwrap();
    let requests = || emulator.count(Operation::GetCallerIdentity);
    assert_eq!(requests(), 2);

    emulator.fail(Operation::GetCallerIdentity).always().with(rejected);
    let error = session.blocking().caller_identity().unwrap_err();
    assert!(error.to_string().starts_with("InvalidClientTokenId"), "{error}");
    assert_eq!(requests(), 4);
}

#[test]
fn token_is_refreshed_until_the_session_expires() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    sign_in(&session, &emulator);
    for _ in 0..7 {
        session.blocking().credentials().unwrap();
        emulator.clock().advance(Duration::from_secs(3_700));
    }
    assert!(5 <= emulator.count(Operation::GetRoleCredentials));
    emulator.clock().advance(Duration::from_secs(2 * 3_600));
    let session = load(&emulator);
    assert_eq!(session.blocking().credentials().unwrap_err().kind(), ErrorKind::SignInNeeded);
}

#[test]
fn revoked_session_needs_a_sign_in() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    sign_in(&session, &emulator);
    emulator.revoke_sessions();
    let error = session.blocking().credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded, "{error}");
    sign_in(&session, &emulator);
    session.blocking().credentials().unwrap();
}

#[test]
fn all_pages_of_accounts_and_roles_are_listed() {
    let mut builder = Emulator::builder();
    for number in 0..250 {
        let id = format!("{:012}", 200_000_000_000_u64 + number);
        builder = builder.account(&id, "Sample").role(&id, "SampleRole");
    }
    let emulator = builder.build();
    let session = load(&emulator);
    sign_in(&session, &emulator);
    let center = session.configuration().identity_center().unwrap();
    let accounts = center.blocking().accounts().unwrap();
    assert!(250 <= accounts.len());
    let roles = center.blocking().roles(&accounts[0].account_id).unwrap();
    assert_eq!(roles[0].as_str(), "SampleRole");
}

#[test]
fn debug_and_errors_contain_no_secrets() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    sign_in(&session, &emulator);
    let credentials = session.blocking().credentials().unwrap();
    emulator.revoke_sessions();
    session.forget();
    let error = session.blocking().credentials().unwrap_err();
    let shown = format!("{session:?} {credentials:?} {error:?} {error}");
    for secret in emulator.secrets() {
        assert!(!shown.contains(&secret), "a secret is shown");
    }
}
