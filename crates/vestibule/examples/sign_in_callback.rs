//! A program that signs a person in when it must: `cargo run -p vestibule --example sign_in_callback`.

#![expect(clippy::print_stdout, reason = "an example that talks to a person")]

use vestibule::{Error, Flow, Remedy, Session, SignInOptions, Ui, Verification, WebAddress};

/// Says on the terminal what to do.
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
            let center = session.configuration().identity_center()?;
            center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &Terminal)?;
            session.forget();
            session.blocking().credentials()?
        }
        other => other?,
    };
    println!("{}", credentials.access_key_id());
    Ok(())
}
