//! Signs the user in when necessary: `cargo run -p vestibule --example sign_in_callback`.
//!
//! With a browser on this machine it is the authorization code flow (PKCE), else a device code.

#![expect(clippy::print_stdout, reason = "an example that talks to the user")]

use vestibule::{Error, Remedy, Session, Ui, Verification, WebAddress, browser};

/// Prints what to do.
struct Terminal;

impl Ui for Terminal {
    fn show(&self, verification: &Verification) {
        println!("Open {} and compare the code:", verification.complete_address);
        println!("{}", verification.user_code);
    }

    fn open(&self, page: &WebAddress) {
        println!("Open {page}");
    }
}

fn main() -> Result<(), Error> {
    let session = Session::builder().load_blocking()?;
    let credentials = match session.blocking().credentials() {
        Err(error) if matches!(error.remedy(), Some(Remedy::SignIn { .. })) => {
            let center = session.identity_center()?;
            let (options, reason) = browser::sign_in_options(&center.async_world().vars);
            if let Some(reason) = reason {
                println!("Using a device code: {reason}.");
            }
            center.blocking().sign_in(options, &Terminal)?;
            session.blocking().credentials()?
        }
        other => other?,
    };
    println!("{}", credentials.access_key_id());
    Ok(())
}
