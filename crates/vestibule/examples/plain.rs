//! Credentials in ten lines: `cargo run -p vestibule --example plain`.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use vestibule::{Error, Session};

fn main() -> Result<(), Error> {
    let session = Session::builder().load_blocking()?;
    let credentials = session.blocking().credentials()?;
    println!("{} in {:?}", credentials.access_key_id(), session.region());
    Ok(())
}
