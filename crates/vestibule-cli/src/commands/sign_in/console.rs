//! `login` for a profile that uses the console login (`login_session`).

use serde_json::json;
use vestibule::{
    ConsoleLogin, ConsoleLoginOptions, Device, Flow, Region, SessionState, SignInOptions, Timestamp,
};

use super::requested_flow;
use crate::app::App;
use crate::args;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::until;
use crate::opener::Opener;
use crate::printer::Tone;
use crate::prompt::{Prompt as _, Question, Terminal};
use crate::sign_in_ui::{Browser, SignInUi};

/// Region that `aws login` suggests if none is configured.
const DEFAULT_REGION: &str = "us-east-1";

/// Signs in, unless the current login still gives credentials. The service does not say how long a
/// login lasts, so `--min-remaining` has no effect.
pub(in super::super) fn run(
    app: &App<'_>,
    args: &args::Login,
    login: &ConsoleLogin,
) -> Result<Exit, Error> {
    if !args.force
        && let Ok(expires_at) = login.blocking().refresh_if_due()
        && let Some(session) = login.login_session()
    {
        let now = login.now();
        return report(app, session, expires_at, now, "alreadySignedIn", "Already signed in as");
    }
    let prompted = if login.has_region() { None } else { prompt_for_region(app)? };
    let writes_region = prompted.is_some();
    let login = match prompted {
        Some(region) => &app.builder_in(region)?.configuration()?.console_login()?,
        None => login,
    };
    sign_in(app, &args.sign_in, login, writes_region)
}

fn sign_in(
    app: &App<'_>,
    args: &args::SignIn,
    login: &ConsoleLogin,
    writes_region: bool,
) -> Result<Exit, Error> {
    let automatic = || SignInOptions::auto(vestibule::browser::unavailable_reason(&app.vars));
    let selected = requested_flow(args).map_or_else(automatic, SignInOptions::new);
    if let Some(reason) = selected.device_code_reason {
        app.printer.note(&format!("Signing in with a browser on another device: {reason}."));
    }
    let (device, browser) = match selected.flow {
        Flow::AuthorizationCode => (Device::Same { port: args.port }, Browser::Local),
        Flow::DeviceCode => (Device::Cross, Browser::Remote),
    };
    let opens_browser = browser == Browser::Local && !args.no_browser && app.may_open_browser();
    let opener = Opener::find(login.configuration(), None, args.browser.as_deref())?;
    let address = login.address()?;
    let ui = SignInUi::new(
        app,
        vestibule_types::host_of(&address),
        Some(opener).filter(|_| opens_browser),
    )
    .with_pasted_redirects()
    .with_browser(browser);
    let mut options = ConsoleLoginOptions::new(device);
    options.writes_region = writes_region;
    let profile = login.profile();
    let replaces = |old: &str, new: &str| {
        ui.confirm(&format!("Profile `{profile}` belongs to {old}. Change it to {new}? [y/N]"))
    };
    let status = login.blocking().sign_in(options, &ui, &replaces)?;
    drop(ui);
    let expires_at = match status.state {
        Ok(SessionState::Valid { expires_at, .. }) => expires_at,
        _ => login.now(),
    };
    report(app, &status.session, expires_at, login.now(), "signedIn", "Signed in as")
}

/// Asks for the region, as `aws login` does.
fn prompt_for_region(app: &App<'_>) -> Result<Option<Region>, Error> {
    if !app.may_prompt() {
        return Ok(None);
    }
    let question = Question {
        message: "Region to sign in to:",
        default: Some(DEFAULT_REGION),
        help: Some("the AWS region of the sign-in endpoint"),
    };
    let check = |text: &str| Region::new(text).map(drop).map_err(|error| error.to_string());
    let name = Terminal::new(&app.interrupts).text(&question, &check)?;
    let region = Region::new(&name);
    region.map(Some).map_err(|error| Error::new(Exit::Usage, error.to_string()))
}

fn report(
    app: &App<'_>,
    session: &str,
    expires_at: Timestamp,
    now: Timestamp,
    event: &str,
    message: &str,
) -> Result<Exit, Error> {
    if app.printer.json {
        let expires_at = expires_at.to_string();
        let event = json!({ "event": event, "session": session, "expiresAt": expires_at });
        app.printer.result(&event.to_string())?;
    }
    let (message, until) = (app.printer.tone(Tone::Good, message), until(expires_at, now));
    app.printer.note(&format!("{message} {session}."));
    app.printer.note(&format!("The credentials expire at {until} and refresh automatically."));
    Ok(Exit::Done)
}
