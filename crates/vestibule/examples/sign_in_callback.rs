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
        if !browser::open(page.as_str(), &vestibule::os::vars()) {
            println!("Open {page}");
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let session = Session::load().await?;
    let credentials = match session.credentials().await {
        Err(error) if matches!(error.remedy(), Some(Remedy::SignIn { .. })) => {
            let center = session.identity_center()?;
            let options = center.sign_in_options();
            if let Some(reason) = options.device_code_reason {
                println!("Using a device code: {reason}.");
            }
            // A task of its own: the program may do other things meanwhile.
            let signing_in = tokio::spawn(async move { center.sign_in(options, &Terminal).await });
            if let Ok(outcome) = signing_in.await {
                println!("The access token expires at {}.", outcome?.expires_at);
            }
            session.credentials().await?
        }
        other => other?,
    };
    println!("{}", credentials.access_key_id());
    Ok(())
}
