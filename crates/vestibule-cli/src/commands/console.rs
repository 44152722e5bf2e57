use serde_json::json;
use vestibule::world::block_on;
use vestibule::{Base, Session};
use vestibule_federation::{Destination, ErrorKind, Site, portal_link, sign_in_link};

use crate::advice::request_hint;
use crate::app::App;
use crate::args::Console;
use crate::error::{Error, correct};
use crate::exit::Exit;
use crate::opener::{Opened, Opener};
use crate::printer::Tone;
use crate::typed_line;

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
    let opener = opener(&session, args)?;
    if args.multi_session {
        return multi_session(app, args, &session, &page, &opener);
    }
    let blocking = session.blocking();
    let credentials = blocking.credentials()?;
    let issuer = session.plan().session().map(|session| session.start_url.value.as_str());
    let link = sign_in_link(blocking.world(), &site, &credentials, &page, issuer);
    let link = block_on(link).map_err(|error| link_error(app, &error))?;
    let not_opened = "No browser was opened. This link signs in and is valid for 15 minutes:";
    show(app, args, link.expose(), &page, &opener, not_opened)
}

/// Opens the page through the access portal, where the console adds a session to those it has.
fn multi_session(
    app: &App<'_>,
    args: &Console,
    session: &Session,
    page: &Destination,
    opener: &Opener,
) -> Result<Exit, Error> {
    let plan = session.plan();
    let (Base::Sso(role), true) = (&plan.base, plan.roles.is_empty()) else {
        let message = "--multi-session needs a role of IAM Identity Center: the access portal opens the \
                       console for no other";
        return Err(Error::new(Exit::Configuration, message).with_hint(
            "use a profile with sso_account_id and sso_role_name, and without role_arn",
        ));
    };
    let start_url = role.session.start_url.value.as_str();
    let link = portal_link(start_url, &role.account_id.value, &role.role_name.value, page);
    let not_opened = "No browser was opened. This page of the access portal opens the console:";
    show(app, args, &link, page, opener, not_opened)
}

fn opener(session: &Session, args: &Console) -> Result<Opener, Error> {
    let configuration = session.configuration();
    let center = match session.plan().session() {
        Some(session) => Some(configuration.identity_center_for(session.session())?),
        None => None,
    };
    Opener::find(configuration, center.as_ref(), args.browser.as_deref())
}

/// Opens a link, or prints it.
fn show(
    app: &App<'_>,
    args: &Console,
    link: &str,
    page: &Destination,
    opener: &Opener,
    not_opened: &str,
) -> Result<Exit, Error> {
    let outcome = if args.print || !app.may_open_browser() {
        Opened::Nothing
    } else {
        let opening = opener.open(app, link);
        opening.map_err(|error| Error::from_source(Exit::Configuration, &error))?
    };
    let printer = &app.printer;
    if printer.json {
        let is_opened = outcome == Opened::Browser;
        printer.result(
            &json!({ "url": link, "destination": page.as_str(), "opened": is_opened }).to_string(),
        )?;
        return Ok(Exit::Done);
    }
    match outcome {
        Opened::Browser => {
            let page = printer.tone(Tone::Command, page.as_str());
            printer.note(&format!("The console was opened in your browser: {page}"));
        }
        Opened::Clipboard => printer.note("The link to the console is in the clipboard."),
        Opened::Nothing => {
            if !args.print {
                printer.note(not_opened);
            }
            printer.result(link)?;
        }
    }
    Ok(Exit::Done)
}

fn site(session: &Session) -> Result<Site, Error> {
    let site = Site::for_region(session.region())
        .map_err(|error| Error::from_source(Exit::Failed, &error))?;
    match session.settings().endpoint_urls.get("signin") {
        Some(url) => site.with_federation_endpoint(&url.value).map_err(|error| {
            Error::from_source(Exit::Configuration, &error).with_hint(correct(&url.origin))
        }),
        None => Ok(site),
    }
}

fn link_error(app: &App<'_>, error: &vestibule_federation::Error) -> Error {
    if error.kind() == ErrorKind::LongLived {
        let line = typed_line::with_option("--profile", "NAME", app.global.profile.as_deref());
        return Error::from_source(Exit::Configuration, error)
            .with_hint(format!("use a profile with a role: {line}"));
    }
    let hint = request_hint(app, error, error.is_transient(), error.skew());
    Error::from_source(Exit::Failed, error).with_hint(hint)
}
