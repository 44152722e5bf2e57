//! A program with sockets and a real clock, against an emulator in its own process:
//! `cargo run -p vestibule --example emulated`. Tests of your program can do the same.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::error::Error;
use std::sync::Arc;

use vestibule::{
    Flow, MemoryTokenStore, Region, Session, SessionName, SignInOptions, SsoSession, StartUrl, Ui,
    Verification, WebAddress,
};
use vestibule_emulator::{Emulator, Server};

/// The user, who approves every sign-in.
struct User(Emulator);

impl Ui for User {
    fn show(&self, verification: &Verification) {
        if let Err(error) = self.0.approve(&verification.user_code) {
            println!("{error}");
        }
    }

    fn open(&self, _page: &WebAddress) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::default();
    let server = Server::start(emulator.clone())?;
    // No file is read or written for this portal: a profile is not needed.
    let configuration = Session::builder()
        .endpoint_url(server.http())
        .token_store(Arc::new(MemoryTokenStore::default()))
        .configuration()?;
    let center = configuration.identity_center_for(SsoSession::named(
        SessionName::new("my-sso")?,
        StartUrl::new("https://provided-domain.awsapps.com/start")?,
        Region::new("us-east-1")?,
    ))?;
    center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &User(emulator.clone()))?;

    let account = center.blocking().accounts()?.remove(0).account_id;
    let role = center.blocking().roles(&account)?.remove(0);
    let session = center.session_for(&account, &role)?;
    println!("{}", session.blocking().credentials()?.access_key_id());

    emulator.revoke_sessions();
    session.forget();
    println!("{:?}", session.blocking().credentials().map_err(|error| error.kind()));
    Ok(())
}
