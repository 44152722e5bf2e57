use serde_json::json;
use vestibule::world::block_on;
use vestibule::{Session, browser};
use vestibule_federation::{self as federation, Destination, Site, sign_in_link};

use crate::app::App;
use crate::args::Console;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;

/// Opens a signed-in link to the console, or prints it.
pub(crate) fn run(app: &App<'_>, args: &Console) -> Result<Exit, Error> {
    let session = app.session()?;
    let site = site(&session)?;
    let usage = |error| Error::from_source(Exit::Usage, &error);
    let page = match (&args.service, &args.destination) {
        (Some(name), _) => Destination::service(&site, name).map_err(usage)?,
        (_, Some(url)) => Destination::page(&site, url).map_err(usage)?,
        (None, None) => Destination::home(&site),
    };
    let blocking = session.blocking();
    let credentials = blocking.credentials()?;
    let issuer = session.plan().session().map(|session| session.start_url.value.as_str());
    let link = sign_in_link(blocking.world(), &site, &credentials, &page, issuer);
    let link = block_on(link).map_err(|error| link_error(&error))?;
    let link = link.expose();

    let printer = &app.printer;
    let opened = !args.print && app.may_open_browser() && browser::open(link, &app.vars);
    if printer.json {
        printer.result(
            &json!({ "url": link, "destination": page.as_str(), "opened": opened }).to_string(),
        )?;
    } else if opened {
        let page = printer.tone(Tone::Command, page.as_str());
        printer.note(&format!("The console was opened in your browser: {page}"));
    } else {
        if !args.print {
            printer.note("No browser was opened. This link signs in and is valid for 15 minutes:");
        }
        printer.result(link)?;
    }
    Ok(Exit::Done)
}

fn site(session: &Session) -> Result<Site, Error> {
    let site = Site::for_region(session.region())
        .map_err(|error| Error::from_source(Exit::Failed, &error))?;
    match session.settings().endpoint_urls.get("signin") {
        Some(url) => site.with_federation_endpoint(&url.value).map_err(|error| {
            let hint = format!("correct {}, then try again", url.origin);
            Error::from_source(Exit::Configuration, &error).with_hint(hint)
        }),
        None => Ok(site),
    }
}

fn link_error(error: &federation::Error) -> Error {
    match error {
        federation::Error::LongLived => Error::from_source(Exit::Configuration, error)
            .with_hint("use a profile with a role: vestibule console --profile NAME"),
        error if error.is_transient() => {
            Error::from_source(Exit::Failed, error).with_hint("try again in a moment")
        }
        error => Error::from_source(Exit::Failed, error),
    }
}
