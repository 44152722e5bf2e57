//! A program with its own screen and event loop drives a sign-in, without callbacks.
//!
//! `cargo run -p vestibule-oidc --example own_screen` signs in to an emulator, which also approves.

#![expect(clippy::print_stdout, reason = "an example that draws on a terminal")]

use std::error::Error;

use vestibule_emulator::Emulator;
use vestibule_oidc::{Client, SignIn, SignInMachine as _, Step, endpoint};
use vestibule_types::{Region, SessionName, SsoSession, StartUrl};
use vestibule_wire::EndpointParams;
use vestibule_world::{Clock as _, Transport as _, block_on};

/// The state of the screen.
#[derive(Default)]
struct Screen {
    code: Option<String>,
    frames: u32,
}

impl Screen {
    fn draw(&mut self, status: &str) {
        self.frames += 1;
        let code = self.code.as_deref().unwrap_or("…");
        println!("┌─ frame {:2} ─ sign in ──────────┐", self.frames);
        println!("│ code: {code:9}  {status:13} │");
        println!("└───────────────────────────────┘");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::default();
    let clock = emulator.clock();
    let session = SsoSession::named(
        SessionName::new("my-sso")?,
        StartUrl::new("https://provided-domain.awsapps.com/start")?,
        Region::new("us-east-1")?,
    );
    let endpoint = endpoint(&EndpointParams::new(session.region.clone()))?;

    // The machine is plain data, which can be dropped or cancelled at any time.
    let mut sign_in = SignIn::device(Client::for_session(&session, endpoint));
    let mut screen = Screen::default();
    loop {
        match sign_in.step(clock.now()) {
            // A real program passes this to its HTTP client and continues to draw.
            Step::Send(request) => match block_on(emulator.send(request)) {
                Ok(response) => sign_in.handle_response(&response, clock.now()),
                Err(_) => sign_in.handle_failure(clock.now()),
            },
            Step::Show(verification) => screen.code = Some(verification.user_code),
            Step::Wait(span) => {
                screen.draw("waiting");
                // A real program sets a timer. Here the user approves during the second frame.
                if let Some(code) = screen.code.as_deref().filter(|_| screen.frames == 2) {
                    emulator.approve(code)?;
                }
                block_on(clock.sleep(span));
            }
            Step::Done(signed_in) => {
                screen.draw("signed in");
                println!("until {}", signed_in.expires_at);
                return Ok(());
            }
            Step::Failed(error) => return Err(error.into()),
            // A registration to store, or a page to open.
            _ => {}
        }
    }
}
