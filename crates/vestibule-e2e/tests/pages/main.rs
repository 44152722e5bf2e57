//! Every page that users see, visited and clicked in a real Chromium: `cargo xtask pages`.
//!
//! `VESTIBULE_SCREENSHOTS` names a folder that gets a picture of each.

mod inspector;
mod visits;

use anyhow::Result;
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
