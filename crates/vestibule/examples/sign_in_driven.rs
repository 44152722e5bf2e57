//! A program with its own event loop drives the sign-in, in either flow:
//! `cargo run -p vestibule --example sign_in_driven [code|device]`.
//!
//! Between two steps it may draw, read keys, or drop the sign-in, which cancels it.

#![expect(clippy::print_stdout, reason = "an example that talks to the user")]

use std::error::Error;

use vestibule::oidc::{SignInMachine as _, Step};
use vestibule::world::{Either, race};
use vestibule::{BegunSignIn, Flow, Session, SignInOptions, browser, redirect_page};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::load().await?;
    let center = session.identity_center()?;
    let options = match std::env::args().nth(1).as_deref() {
        Some("code") => SignInOptions::new(Flow::AuthorizationCode),
        Some(_) => SignInOptions::new(Flow::DeviceCode),
        None => center.sign_in_options(),
    };
    if let Some(reason) = options.device_code_reason {
        println!("Using a device code: {reason}.");
    }
    if let BegunSignIn::Pending(mut pending) = center.begin_sign_in(options).await? {
        let world = center.async_world();
        let signed_in = loop {
            match pending.machine.step(center.now()) {
                Step::Send(request) => match world.send(request).await {
                    Ok(response) => pending.machine.handle_response(&response, center.now()),
                    Err(_) => pending.machine.handle_failure(center.now()),
                },
                Step::Open(page) => {
                    browser::open(page.as_str(), &world.vars);
                    println!("If no browser opens, open {page}");
                }
                Step::Show(shown) => {
                    println!("Open {} and compare the code:", shown.complete_address);
                    println!("{}", shown.user_code);
                }
                Step::AwaitRedirect { until } => {
                    let callbacks = pending.callbacks.as_mut().ok_or("no listener")?;
                    let timeout = world.clock.sleep(until.saturating_since(center.now()));
                    // After the timeout the next step is `Failed`.
                    if let Either::First(callback) = race(callbacks.next(), timeout).await {
                        let callback = callback?;
                        let redirected = pending.machine.handle_redirect(callback.target.expose());
                        callback.respond(&redirect_page(redirected));
                    }
                }
                Step::Wait(span) => world.clock.sleep(span).await,
                Step::StoreRegistration(_) => {}
                Step::Done(signed_in) => break signed_in,
                Step::Failed(error) => return Err(center.sign_in_error(error).into()),
            }
        };
        center.finish_sign_in(pending, signed_in).await?;
    }
    println!("{}", session.credentials().await?.access_key_id());
    Ok(())
}
