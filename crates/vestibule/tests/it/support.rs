use vestibule::{Flow, Session, SignInOptions};
use vestibule_emulator::Emulator;
use vestibule_test_env::{AutoApprover, world};

/// Returns the session of the README's configuration, not signed in.
pub(crate) fn load(emulator: &Emulator) -> Session {
    Session::builder().world(world(emulator)).load_blocking().unwrap()
}

/// Signs in with the device flow, and drops cached credentials.
pub(crate) fn sign_in(session: &Session, emulator: &Emulator) {
    let center = session.identity_center().unwrap();
    let options = SignInOptions::new(Flow::DeviceCode);
    center.blocking().sign_in(options, &AutoApprover::new(emulator)).unwrap();
    session.forget();
}
