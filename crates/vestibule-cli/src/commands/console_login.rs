//! `login`, `logout` and `status` for a profile that signs in to the console (`login_session`).

use serde_json::{Value, json};
use vestibule::{
    ConsoleLogin, ConsoleLoginOptions, ConsoleState, ConsoleStatus, Device, Flow, Region, Timestamp,
};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::args;
use crate::asker::{Asker as _, Keyboard};
use crate::duration::spell;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::sign_in_ui::{Browser, Terminal};
use crate::table::Cell;

use super::login::{choose, until};
use super::status::{Report, state};

/// Where `aws login` offers to sign in, if no region is known.
const USUAL_REGION: &str = "us-east-1";

/// Signs in, unless that would be needless: the sign-in still gives credentials. How long it lasts
/// nobody says, so `--min-remaining` has no say in it.
pub(super) fn login(
    app: &App<'_>,
    args: &args::Login,
    login: &ConsoleLogin<'_>,
) -> Result<Exit, Failure> {
    if !args.force
        && let Ok(end) = login.blocking().refreshed()
        && let Some(session) = login.login_session()
    {
        return done(app, session, end, login.now(), "alreadySignedIn", "Already signed in as");
    }
    if !login.has_region()
        && let Some(region) = ask_for_region(app)?
    {
        let configuration = app.builder_in(region)?.configuration()?;
        return sign_in(app, &args.sign_in, &configuration.console_login()?, true);
    }
    sign_in(app, &args.sign_in, login, false)
}

fn sign_in(
    app: &App<'_>,
    args: &args::SignIn,
    login: &ConsoleLogin<'_>,
    keeps_region: bool,
) -> Result<Exit, Failure> {
    let (flow, reason) = choose(app, args, None);
    if let Some(reason) = reason {
        app.printer.note(&format!("Signing in with a browser elsewhere: {reason}."));
    }
    let (device, browser) = match flow {
        Flow::AuthorizationCode => (Device::Same { port: args.port }, Browser::Here),
        Flow::DeviceCode => (Device::Cross, Browser::Anywhere),
    };
    let opens_browser = browser == Browser::Here && !args.no_browser && app.may_ask();
    let address = login.address()?;
    let host = address.split("://").last().unwrap_or_default();
    let terminal = Terminal::new(app, host, opens_browser, true).with_browser(browser);
    let mut how = ConsoleLoginOptions::new(device);
    how.keeps_region = keeps_region;
    let profile = login.profile();
    let replaces = |old: &str, new: &str| {
        terminal.confirms(&format!("Profile `{profile}` is of {old}. Make it {new}'s? [y/N] "))
    };
    let status = login.blocking().sign_in(how, &terminal, &replaces)?;
    drop(terminal);
    let end = match status.state {
        ConsoleState::Live(end) | ConsoleState::Refreshable(end) | ConsoleState::Over(end) => end,
        _ => login.now(),
    };
    done(app, &status.login_session, end, login.now(), "signedIn", "Signed in as")
}

/// As `aws login` does, where somebody is there to answer.
fn ask_for_region(app: &App<'_>) -> Result<Option<Region>, Failure> {
    if !app.may_prompt() {
        return Ok(None);
    }
    let Some(answer) = Keyboard.ask(&format!("Region to sign in to [{USUAL_REGION}]: "))? else {
        return Ok(None);
    };
    let name = if answer.is_empty() { USUAL_REGION } else { &answer };
    let region = Region::new(name);
    region.map(Some).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

fn done(
    app: &App<'_>,
    session: &str,
    end: Timestamp,
    now: Timestamp,
    event: &str,
    words: &str,
) -> Result<Exit, Failure> {
    if app.printer.json {
        let event = json!({ "event": event, "session": session, "expiresAt": end.to_string() });
        app.printer.result(&event.to_string())?;
    }
    let (words, until) = (app.printer.tone(Tone::Good, words), until(end, now));
    app.printer.note(&format!(
        "{words} {session}: the credentials last until {until} and are refreshed silently."
    ));
    Ok(Exit::Done)
}

pub(super) fn logout(app: &App<'_>, login: &ConsoleLogin<'_>) -> Result<Value, Failure> {
    let was_signed_in = login.blocking().sign_out()?;
    let session = login.login_session().unwrap_or("the console");
    match was_signed_in {
        _ if app.printer.json => {}
        true => app.printer.note(&format!("Signed out of {session}.")),
        false => app.printer.note(&format!("Not signed in as {session}: nothing to end.")),
    }
    Ok(json!({ "session": session, "wasSignedIn": was_signed_in }))
}

/// What `status` says of a console sign-in.
pub(super) struct Found {
    status: ConsoleStatus,
    profile: String,
    now: Timestamp,
}

impl Found {
    /// `None` if the profile names no sign-in.
    pub(super) fn new(login: &ConsoleLogin<'_>) -> Result<Option<Self>, Failure> {
        let (profile, now) = (login.profile().to_owned(), login.now());
        Ok(login.status()?.map(|status| Self { status, profile, now }))
    }
}

impl Report for Found {
    fn exit(&self) -> Exit {
        match self.status.state {
            ConsoleState::Live(_) => Exit::Done,
            ConsoleState::Refreshable(_) => Exit::Refreshable,
            ConsoleState::Never => Exit::NeverSignedIn,
            ConsoleState::Unusable(_) | ConsoleState::Over(_) => Exit::SignInNeeded,
        }
    }

    fn print(&self, app: &App<'_>) -> Result<(), Failure> {
        let printer = &app.printer;
        printer.result(&format!("session       {} (console)", self.status.login_session))?;
        let (credentials, refresh) = match &self.status.state {
            ConsoleState::Live(end) => {
                let until = until(*end, self.now);
                (format!("{} until {until}", printer.tone(Tone::Good, "signed in")), true)
            }
            ConsoleState::Refreshable(end) => {
                (format!("{} {end}", printer.tone(Tone::Warning, "ended")), true)
            }
            ConsoleState::Over(end) => {
                (format!("{} {end}", printer.tone(Tone::Bad, "over since")), false)
            }
            ConsoleState::Never => {
                (format!("{}: nobody has signed in", printer.tone(Tone::Bad, "none")), false)
            }
            ConsoleState::Unusable(why) => {
                (format!("{}: {why}", printer.tone(Tone::Bad, "none")), false)
            }
        };
        printer.result(&format!("credentials   {credentials}"))?;
        if refresh {
            printer.result("refresh       silent, for half a day from the sign-in at most")?;
        }
        Ok(())
    }

    fn sign_in(&self) -> String {
        format!("vestibule login --profile {}", shell_word(&self.profile))
    }

    fn row(&self) -> [Cell; 4] {
        let token = match self.status.state {
            ConsoleState::Live(end) => format!("{} left", spell(end.saturating_since(self.now))),
            ConsoleState::Refreshable(end) | ConsoleState::Over(end) => format!("ended {end}"),
            ConsoleState::Never | ConsoleState::Unusable(_) => String::new(),
        };
        let name = self.status.login_session.as_str();
        [name.into(), state(self.exit()), token.into(), "".into()]
    }

    fn json(&self) -> Value {
        let (state, end, why) = match &self.status.state {
            ConsoleState::Live(end) => ("signedIn", Some(end), None),
            ConsoleState::Refreshable(end) => ("refreshable", Some(end), None),
            ConsoleState::Over(end) => ("ended", Some(end), None),
            ConsoleState::Never => ("never", None, None),
            ConsoleState::Unusable(why) => ("signInNeeded", None, Some(why)),
        };
        json!({
            "session": self.status.login_session, "profile": self.profile, "state": state,
            "why": why, "expiresAt": end.map(ToString::to_string),
        })
    }

    fn prompt(&self) -> String {
        // An ARN is too long for it.
        let name = &self.profile;
        match self.status.state {
            ConsoleState::Live(end) => {
                format!("{name} {}m", end.saturating_since(self.now).as_secs() / 60)
            }
            ConsoleState::Refreshable(_) => format!("{name} ~"),
            _ => format!("{name} !"),
        }
    }
}
