//! Expired credentials are an error that names the source and both times.

use std::sync::Arc;
use std::time::Duration;

use vestibule::world::{Finished, World, memory};
use vestibule::{Error, ErrorKind, Flow, RefreshPolicy, Remedy, Session, SignInOptions};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::{AutoApprover, world};

use crate::support::{load, sign_in};

#[test]
fn expired_keys_in_the_environment_name_the_variables() {
    let vars = [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "hidden"),
        ("AWS_CREDENTIAL_EXPIRATION", "2025-12-31T23:00:00Z"),
    ];
    let base = memory::world();
    let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
    let session = Session::builder().world(World { vars, ..base }).load_blocking().unwrap();
    let error = session.blocking().credentials().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the credentials from AWS_ACCESS_KEY_ID (AWS_CREDENTIAL_EXPIRATION) expired at \
         2025-12-31T23:00:00Z (it is now 2026-01-01T00:00:00Z)"
    );
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let names = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    assert_eq!(error.remedy(), Some(&Remedy::UnsetVariables { names }));
}

#[test]
fn expired_output_names_the_program_and_its_line() {
    let text = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hidden",
        "Expiration": "2025-12-31T23:00:00Z"}"#;
    let config = "[default]\ncredential_process = helper --flag\n";
    let world = World {
        files: Arc::new(memory::Files::default().with("/home/.aws/config", config)),
        processes: Arc::new(memory::Processes::new(move |_| Ok(output(text)))),
        ..memory::world()
    };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let error = session.blocking().credentials().unwrap_err();
    let location = "`helper` (credential_process, ~/.aws/config:2)";
    assert_eq!(
        error.to_string(),
        format!(
            "the credentials from {location} expired at 2025-12-31T23:00:00Z \
             (it is now 2026-01-01T00:00:00Z)"
        )
    );
    assert_eq!(error.remedy(), Some(&Remedy::CheckSource { location: location.to_owned() }));
}

fn output(text: &str) -> Finished {
    Finished::new(Some(0), text.as_bytes().to_vec().into(), "")
}

fn signed_in(emulator: &Emulator, policy: Option<RefreshPolicy>) -> Session {
    let builder = Session::builder().world(world(emulator));
    let builder = match policy {
        Some(policy) => builder.refresh_policy(policy),
        None => builder,
    };
    let session = builder.load_blocking().unwrap();
    sign_in(&session, emulator);
    session
}

fn access_key_id(session: &Session) -> Result<String, Error> {
    Ok(session.blocking().credentials()?.access_key_id().to_owned())
}

/// A laptop sleeps past the expiration and wakes without a network.
#[test]
fn expired_role_credentials_are_an_error_until_the_portal_responds() {
    let emulator = Emulator::builder().role_duration(Duration::from_secs(15 * 60)).build();
    let session = signed_in(&emulator, None);
    let first = access_key_id(&session).unwrap();
    emulator.clock().advance(Duration::from_secs(30 * 60));
    emulator.fail(Operation::GetRoleCredentials).always().with(Fault::Reset);
    assert_eq!(access_key_id(&session).unwrap_err().kind(), ErrorKind::Unavailable);
    emulator.clear_faults();
    emulator.clock().advance(Duration::from_secs(5));
    assert_ne!(access_key_id(&session).unwrap(), first);
}

#[test]
fn static_stability_returns_expired_credentials() {
    let emulator = Emulator::builder().role_duration(Duration::from_secs(15 * 60)).build();
    let session = signed_in(&emulator, Some(RefreshPolicy::STATIC_STABILITY));
    let first = access_key_id(&session).unwrap();
    emulator.clock().advance(Duration::from_secs(30 * 60));
    emulator.fail(Operation::GetRoleCredentials).always().with(Fault::Reset);
    assert_eq!(access_key_id(&session).unwrap(), first);
}

#[test]
fn sign_in_is_noticed_by_the_next_call() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    assert_eq!(access_key_id(&session).unwrap_err().kind(), ErrorKind::SignInNeeded);
    let center = session.identity_center().unwrap();
    let options = SignInOptions::new(Flow::DeviceCode);
    center.blocking().sign_in(options, &AutoApprover::new(&emulator)).unwrap();
    assert!(access_key_id(&session).is_ok());
}
