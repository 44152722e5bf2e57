use std::fs::OpenOptions;
use std::io::Write as _;

use serde_json::json;
use vestibule::{Region, Timestamp};

use super::{exec, written_profile};
use crate::app::App;
use crate::args::{ExportCredentials, Format};
use crate::error::Error;
use crate::exit::Exit;
use crate::formats::{self, Unquotable};

pub(crate) fn run(app: &App<'_>, args: &ExportCredentials) -> Result<Exit, Error> {
    if args.with_region && args.format == Format::Process {
        let message = "--with-region needs a --format of environment variables, such as `env`";
        return Err(Error::new(Exit::Usage, message));
    }
    let span = args.min_remaining.map(|span| span.0);
    let (session, credentials) = exec::credentials(app, span)?;
    if let Some(profile) = &args.write_profile {
        return written_profile::write(app, session.configuration(), profile, &credentials);
    }
    let prints_region = args.with_region || app.global.region.is_some();
    let region = session.region().filter(|_| prints_region).map(Region::as_str);
    match (args.format, app.vars.get("GITHUB_ENV")) {
        (Format::Github, Some(file)) => {
            append(file, &formats::github_env(&credentials, region).map_err(unquotable)?)?;
            app.printer.raw(&formats::masks(&credentials).map_err(unquotable)?)?;
        }
        (format, _) => {
            let text = formats::render(&credentials, region, format).map_err(unquotable)?;
            app.printer.raw(&text)?;
        }
    }
    Ok(Exit::Done)
}

/// Prints role credentials in the layout of `aws sso get-role-credentials`.
pub(crate) fn role(app: &App<'_>) -> Result<Exit, Error> {
    let (_, credentials) = exec::credentials(app, None)?;
    let expiration = credentials.expires_at().map(|end| end.seconds_since(Timestamp::EPOCH) * 1000);
    let credentials = json!({ "roleCredentials": {
        "accessKeyId": credentials.access_key_id(),
        "secretAccessKey": credentials.secret_access_key().expose(),
        "sessionToken": credentials.session_token().map(vestibule::SessionToken::expose),
        "expiration": expiration,
    }});
    app.printer.result(&format!("{credentials:#}"))?;
    Ok(Exit::Done)
}

fn append(file: &str, lines: &str) -> Result<(), Error> {
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened.and_then(|mut file| file.write_all(lines.as_bytes())).map_err(|error| {
        let message = format!("{file} could not be written (GITHUB_ENV)");
        let error = Error::failed(message, &error);
        error.with_hint("set GITHUB_ENV to a writable file, or unset it")
    })
}

fn unquotable(Unquotable { name, format }: Unquotable) -> Error {
    let message = format!("{name} contains characters that the format {format:?} cannot quote");
    Error::new(Exit::Failed, message).with_hint("vestibule export-credentials --format process")
}
