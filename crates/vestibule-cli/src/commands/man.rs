use std::path::Path;
use std::{fs, io};

use clap::CommandFactory as _;
use serde_json::json;

use crate::app::App;
use crate::args::{Cli, Man};
use crate::error::Error;
use crate::exit::Exit;

/// Prints `vestibule(1)`, or writes the pages of all commands to a folder.
pub(crate) fn run(app: &App<'_>, args: &Man) -> Result<Exit, Error> {
    if let Some(folder) = &args.to {
        write(folder).map_err(|error| {
            let message = format!("man pages could not be written to {}", folder.display());
            let hint = "name a writable folder";
            Error::new(Exit::Failed, message).with_cause(error.to_string()).with_hint(hint)
        })?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    if app.printer.json {
        app.printer.result(&json!({ "page": page }).to_string())?;
    } else {
        app.printer.raw(&page)?;
    }
    Ok(Exit::Done)
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
