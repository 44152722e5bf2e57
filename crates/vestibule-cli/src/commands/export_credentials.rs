use std::fs::OpenOptions;
use std::io::Write as _;

use vestibule::Credentials;

use crate::advice::Failure;
use crate::app::App;
use crate::args::{ExportCredentials, Format};
use crate::exit::Exit;
use crate::formats::{self, Unquotable};

pub(crate) fn run(app: &App<'_>, args: &ExportCredentials) -> Result<Exit, Failure> {
    let credentials = app.session()?.blocking().credentials()?;
    match (args.format, app.vars.get("GITHUB_ENV")) {
        (Format::Github, Some(file)) => {
            append(file, &formats::github_env(&credentials).map_err(refused)?)?;
            app.printer.raw(&formats::masks(&credentials).map_err(refused)?)?;
        }
        (format, _) => print(app, &credentials, format)?,
    }
    Ok(Exit::Done)
}

fn print(app: &App<'_>, credentials: &Credentials, format: Format) -> Result<(), Failure> {
    Ok(app.printer.raw(&formats::render(credentials, format).map_err(refused)?)?)
}

fn append(file: &str, lines: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened.and_then(|mut file| file.write_all(lines.as_bytes())).map_err(|error| {
        let message = format!("the file that GITHUB_ENV names could not be written: {file}");
        let failure = Failure::new(Exit::Failed, message).because(error.to_string());
        failure.with_hint("unset GITHUB_ENV, or let it name a file that can be written")
    })
}

fn refused(Unquotable { name, format }: Unquotable) -> Failure {
    let message = format!("{name} holds characters that the format {format:?} cannot carry safely");
    Failure::new(Exit::Failed, message).with_hint("vestibule export-credentials --format process")
}
