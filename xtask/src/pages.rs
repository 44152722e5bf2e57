//! `cargo xtask pages`: what people see in a browser, looked at and clicked in a real one.

mod inspector;
mod scenes;

use std::path::PathBuf;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};

use inspector::Inspector;

pub(crate) const COMMAND: Command = Command {
    name: "pages",
    takes: "[--screenshots DIR]",
    about: "click through all pages in Chromium, light and dark, and check that all can use them",
    run: |mut args: Args| {
        let screenshots = args.folder("--screenshots")?;
        args.finish()?;
        look(screenshots)
    },
};

fn look(screenshots: Option<PathBuf>) -> Result {
    let mut inspector = Inspector::start(screenshots)?;
    scenes::a_code_is_typed_and_approved(&mut inspector)?;
    scenes::a_code_is_denied(&mut inspector)?;
    scenes::a_browser_goes_there_and_back(&mut inspector)?;
    scenes::a_text_is_carried_elsewhere(&mut inspector)?;
    scenes::the_status_page_interferes(&mut inspector)?;
    scenes::no_other_page_interferes(&mut inspector)?;
    let looks = inspector.looks;
    if looks == 0 {
        return Err(Failure::new("no page was looked at"));
    }
    println!("{looks} pages, each in light, dark and narrow: nothing wrong");
    Ok(())
}
