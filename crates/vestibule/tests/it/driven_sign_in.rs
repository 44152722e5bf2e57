//! Sign-ins that the caller drives, and the authorization code flow in memory.

use std::time::Duration;

use vestibule::oidc::{SignInMachine as _, SignedIn, Step};
use vestibule::world::block_on;
use vestibule::{BegunSignIn, Flow, IdentityCenter, PendingSignIn, Session, SignInOptions};
use vestibule_emulator::{Emulator, Operation};
use vestibule_test_env::{AutoApprover, world};

use crate::support::{load, sign_in};

fn center(emulator: &Emulator) -> (Session, IdentityCenter) {
    let session = load(emulator);
    let center = session.identity_center().unwrap();
    (session, center)
}

/// Performs the steps of a sign-in, in which the user approves at once.
fn drive(center: &IdentityCenter, pending: &mut PendingSignIn, emulator: &Emulator) -> SignedIn {
    let world = center.async_world();
    for _ in 0..20 {
        match pending.machine.step(center.now()) {
            Step::Send(request) => {
                let response = block_on(world.send(request)).unwrap();
                pending.machine.handle_response(&response, center.now());
            }
            Step::Show(shown) => emulator.approve(&shown.user_code).unwrap(),
            Step::Open(page) => {
                let redirect = emulator.authorize(page.as_str()).unwrap();
                pending.machine.handle_redirect(&redirect);
            }
            Step::Wait(span) => block_on(world.clock.sleep(span)),
            Step::Done(signed_in) => return signed_in,
            Step::StoreRegistration(_) | Step::AwaitRedirect { .. } => {}
            Step::Failed(error) => panic!("{error}"),
        }
    }
    panic!("the sign-in makes no progress")
}

fn begin(center: &IdentityCenter, options: SignInOptions) -> Box<PendingSignIn> {
    match center.blocking().begin_sign_in(options).unwrap() {
        BegunSignIn::Pending(pending) => pending,
        BegunSignIn::SignedIn(_) => panic!("the user is signed in"),
    }
}

#[test]
fn driven_sign_in_stores_token_and_registration() {
    for flow in [Flow::DeviceCode, Flow::AuthorizationCode] {
        let emulator = Emulator::default();
        let (session, center) = center(&emulator);
        for _ in 0..2 {
            let options = SignInOptions::new(flow).without_listener();
            let mut pending = begin(&center, options);
            let signed_in = drive(&center, &mut pending, &emulator);
            center.blocking().finish_sign_in(pending, signed_in).unwrap();
        }
        assert!(session.blocking().credentials().is_ok());
        assert_eq!(emulator.count(Operation::RegisterClient), 1, "{flow:?}");
        assert_eq!(emulator.violations(), []);
    }
}

#[test]
fn begun_sign_in_returns_the_token_that_lasts() {
    let emulator = Emulator::default();
    let (_, center) = center(&emulator);
    let options = SignInOptions::new(Flow::DeviceCode);
    let mut pending = begin(&center, options);
    let signed_in = drive(&center, &mut pending, &emulator);
    let stored = center.blocking().finish_sign_in(pending, signed_in).unwrap();
    let options = options.with_min_remaining(Duration::from_secs(900));
    match center.blocking().begin_sign_in(options).unwrap() {
        BegunSignIn::SignedIn(token) => {
            assert_eq!(token.access_token.expose(), stored.access_token.expose());
        }
        BegunSignIn::Pending(_) => panic!("the session lasts"),
    }
}

#[test]
fn dropped_sign_in_releases_the_lock_and_stores_nothing() {
    let emulator = Emulator::default();
    let (session, center) = center(&emulator);
    drop(begin(&center, SignInOptions::new(Flow::DeviceCode)));
    assert!(session.blocking().credentials().is_err());
    sign_in(&session, &emulator);
}

#[test]
fn pasted_redirect_needs_no_listener() {
    let emulator = Emulator::default();
    let (session, center) = center(&emulator);
    let approver = AutoApprover::new(&emulator).pasting();
    let options = SignInOptions::new(Flow::AuthorizationCode).without_listener();
    center.blocking().sign_in(options, &approver).unwrap();
    assert!(session.blocking().credentials().is_ok());
}

#[test]
fn options_follow_the_machine_and_the_profile() {
    let emulator = Emulator::default();
    let base = world(&emulator);
    let vars = base.vars.with("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let world = vestibule::world::World { vars, ..base };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let options = session.identity_center().unwrap().sign_in_options();
    assert_eq!(options.flow, Flow::DeviceCode);
    assert_eq!(options.device_code_reason, Some("this is an SSH session"));
}
