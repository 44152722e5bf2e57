use std::time::Duration;

use serde_json::json;
use vestibule::{Flow, IdentityCenter, Region, SignInOptions, Timestamp, Token};

use crate::advice::Failure;
use crate::app::App;
use crate::args::{Login, SignIn};
use crate::duration::spell;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::sign_in_ui::Terminal;

use super::{Target, console_login};

pub(crate) fn run(app: &App<'_>, args: &Login) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let center = match super::target(&configuration, &args.session, args.console)? {
        Target::Center(center) => *center,
        Target::Console(login) => return console_login::login(app, args, &login),
    };
    if !args.force
        && let Some(token) = live(&center, args.min_remaining.0)
    {
        done(app, &center, &token, "alreadySignedIn", "Already signed in to")?;
        return Ok(Exit::Done);
    }
    let needless = (!args.force).then_some(args.min_remaining.0);
    if let Some(region) = sign_in(app, &args.sign_in, &center, needless, true)? {
        correct_region(app, &center, &region)?;
    }
    Ok(Exit::Done)
}

/// Writes where the portal is, without which the sign-in would not be found again.
fn correct_region(
    app: &App<'_>,
    center: &IdentityCenter<'_>,
    region: &Region,
) -> Result<(), Failure> {
    let configured = &center.session().region;
    let edited = center.blocking().correct_region(region)?;
    app.printer.note(&format!(
        "The portal is in {region}: sso_region was changed from {configured} in {}.",
        edited.location
    ));
    Ok(())
}

/// Signs somebody in, and says so; a session that lasts longer than `needless`, if that is given,
/// makes it so. `takes_pasted` leaves the rest of the input to the sign-in. Gives the region of the
/// portal where that is another than configured.
pub(super) fn sign_in(
    app: &App<'_>,
    args: &SignIn,
    center: &IdentityCenter<'_>,
    needless: Option<Duration>,
    takes_pasted: bool,
) -> Result<Option<Region>, Failure> {
    let old_style = "the profile is of the older style, without an sso-session";
    let unfit = center.session().name.is_none().then_some(old_style);
    let (flow, reason) = choose(app, args, unfit);
    if let Some(reason) = reason {
        app.printer.note(&format!("Signing in by device code: {reason}."));
    }
    let opens_browser = !args.no_browser && app.may_ask();
    let portal = center.session().start_url.host();
    let terminal = Terminal::new(app, portal, opens_browser, takes_pasted);
    let mut how = SignInOptions::new(flow).with_port(args.port);
    how.unless_lasting = needless;
    let token = center.blocking().sign_in(how, &terminal)?;
    drop(terminal);
    done(app, center, &token, "signedIn", "Signed in to")?;
    Ok(token.region.filter(|region| *region != center.session().region))
}

/// The token, if it lasts long enough, perhaps after a silent refresh.
///
/// An error here is no error: whatever it is, signing in is what was asked for.
pub(super) fn live(center: &IdentityCenter<'_>, lasting: Duration) -> Option<Token> {
    let token = center.blocking().token(lasting).ok()?;
    (lasting < token.expires_at.saturating_since(center.now())).then_some(token)
}

/// The flow, and why it is the one for any device where nobody asked for that; `unfit` is why the
/// other would not do.
pub(super) fn choose(
    app: &App<'_>,
    args: &SignIn,
    unfit: Option<&'static str>,
) -> (Flow, Option<&'static str>) {
    if args.use_device_code {
        return (Flow::DeviceCode, None);
    }
    if args.use_pkce || args.port != 0 {
        return (Flow::AuthorizationCode, None);
    }
    match unfit.or_else(|| vestibule::browser::unavailable_reason(&app.vars)) {
        Some(reason) => (Flow::DeviceCode, Some(reason)),
        None => (Flow::AuthorizationCode, None),
    }
}

fn done(
    app: &App<'_>,
    center: &IdentityCenter<'_>,
    token: &Token,
    event: &str,
    words: &str,
) -> Result<(), Failure> {
    let session = center.session();
    if app.printer.json {
        let (name, expires_at) = (session.label(), token.expires_at.to_string());
        app.printer.result(
            &json!({ "event": event, "session": name, "expiresAt": expires_at }).to_string(),
        )?;
    }
    let until = until(token.expires_at, center.now());
    let words = app.printer.tone(Tone::Good, words);
    app.printer.note(&format!(
        "{words} {} ({}): the access token lasts until {until}{}.",
        session.label(),
        session.start_url,
        if token.refresh_token.is_some() { " and is refreshed silently" } else { "" },
    ));
    Ok(())
}

/// `2026-01-01T01:00:00Z (59m 58s left)`.
pub(super) fn until(end: Timestamp, now: Timestamp) -> String {
    format!("{end} ({} left)", spell(end.saturating_since(now)))
}
