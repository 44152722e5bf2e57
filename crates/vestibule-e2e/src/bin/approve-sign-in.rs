//! Approves a sign-in page of the emulator, in place of a user with a browser: `approve-sign-in URL`.

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let url = std::env::args().nth(1).context("usage: approve-sign-in URL")?;
    let first = ureq::get(&url).config().max_redirects(0).build().call()?;
    if first.status().is_redirection() {
        // An emulator with `--auto-approve` shows no form.
        ureq::get(&url).call()?;
    } else {
        ureq::post(&url).send_form([("decision", "approve")])?;
    }
    Ok(())
}
