//! Every page that users see, visited and clicked in a real Chromium: `cargo xtask pages`, and for the
//! book `cargo xtask book`.
//!
//! `VESTIBULE_SCREENSHOTS` names a folder that gets a picture of each.

mod book;
mod inspector;
mod visits;

use std::path::Path;

use anyhow::{Context as _, Result};
use inspector::Inspector;

#[test]
fn every_page_works_and_is_accessible() -> Result<()> {
    let mut inspector = Inspector::start()?;
    visits::device_code_is_typed_and_approved(&mut inspector)?;
    visits::device_code_is_denied(&mut inspector)?;
    visits::login_redirects_to_the_loopback_page(&mut inspector)?;
    visits::cross_device_login_shows_a_code_to_copy(&mut inspector)?;
    visits::status_page_controls_the_emulator(&mut inspector)?;
    visits::forged_request_is_refused(&mut inspector)
}

/// `VESTIBULE_BOOK` is the folder of the site.
#[test]
fn book_pages_fit_a_phone_and_a_desktop() -> Result<()> {
    let site = std::env::var_os("VESTIBULE_BOOK").context("run this test by `cargo xtask book`")?;
    book::visit(&Inspector::start()?, Path::new(&site))
}
