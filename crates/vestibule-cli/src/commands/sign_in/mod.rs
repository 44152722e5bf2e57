//! Signing in to IAM Identity Center and to the console.

pub(super) mod console;

use std::time::Duration;

use serde_json::json;
use vestibule::{Flow, IdentityCenter, Region, Remedy, SignInOptions, SignInReason, Token};

use super::target::login_command;
use crate::app::App;
use crate::args::SignIn;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::until;
use crate::opener::Opener;
use crate::printer::Tone;
use crate::sign_in_ui::SignInUi;

/// The default of `--min-remaining`.
pub(super) const MIN_REMAINING: Duration = Duration::from_secs(15 * 60);

/// The conditions of a sign-in to Identity Center.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    /// A session that lasts longer makes the sign-in unnecessary.
    pub(super) unless_lasting: Option<Duration>,
    /// Whether the session at the portal is ended right before the user is asked.
    pub(super) ends_portal_session: bool,
    /// Whether a redirect URL that the user pastes is read from stdin.
    pub(super) takes_pasted: bool,
}

/// Signs in to Identity Center and reports it. Returns the region of the portal if it differs from the
/// configured one.
pub(super) fn identity_center(
    app: &App<'_>,
    args: &SignIn,
    center: &IdentityCenter,
    conditions: Conditions,
) -> Result<Option<Region>, Error> {
    let opener = Opener::find(center.configuration(), Some(center), args.browser.as_deref())?;
    let mut options = options(app, args, center, &opener)?;
    check_attended(app, args, center)?;
    if let Some(reason) = options.device_code_reason {
        app.printer.note(&format!("Signing in by device code: {reason}."));
    }
    let opener = Some(opener).filter(|_| !args.no_browser && app.may_open_browser());
    let portal = center.session().start_url.host();
    let mut ui = SignInUi::new(app, portal, opener);
    if conditions.takes_pasted {
        ui = ui.with_pasted_redirects();
    }
    options.port = args.port;
    options.min_remaining = conditions.unless_lasting;
    options.ends_portal_session = conditions.ends_portal_session;
    let token = center.blocking().sign_in(options, &ui).map_err(|error| match error.remedy() {
        // The remedy does not name the session.
        Some(Remedy::UseAnotherFlow) => Error::from(error).with_next_step(use_device_code(center)),
        _ => error.into(),
    })?;
    drop(ui);
    report(app, center, &token, "signedIn", "Signed in to")?;
    Ok(token.region.filter(|region| *region != center.session().region))
}

/// Returns the token of a session that lasts long enough, after a refresh if necessary; otherwise
/// why a sign-in is needed.
///
/// If the beginning of the portal session is known, its remaining time counts: an access token that
/// never lasts as long as `min_remaining` would be refreshed by every call. Errors are ignored, because signing
/// in is what was requested.
pub(super) fn current_token(
    center: &IdentityCenter,
    min_remaining: Duration,
) -> Result<Token, SignInReason> {
    let is_known = center.blocking().status().portal_session.is_some();
    let token_remaining = if is_known { min_remaining.min(MIN_REMAINING) } else { min_remaining };
    let token = center.blocking().token(token_remaining).map_err(|_| SignInReason::NoSession)?;
    match center.blocking().status().sign_in_reason(center.now(), min_remaining) {
        None => Ok(token),
        Some(reason) => Err(reason),
    }
}

/// Returns options with the flow of the arguments, else of the configuration, else the one that fits
/// this machine.
fn options(
    app: &App<'_>,
    args: &SignIn,
    center: &IdentityCenter,
    opener: &Opener,
) -> Result<SignInOptions, Error> {
    if let Some(flow) = requested_flow(args) {
        return Ok(SignInOptions::new(flow));
    }
    let session = center.session().name.as_ref().map(vestibule::SessionName::as_str);
    let configuration = center.configuration();
    let profile = configuration.profile().value;
    let configured = configuration.sign_in_setting_as(
        Some(&profile),
        session,
        ("VESTIBULE_SIGN_IN_FLOW", "vestibule_sign_in_flow"),
        ("a sign-in flow", "`auto`, `pkce` or `device-code`"),
        |text| match text {
            "auto" => Some(None),
            "pkce" => Some(Some(Flow::AuthorizationCode)),
            "device-code" => Some(Some(Flow::DeviceCode)),
            _ => None,
        },
    )?;
    // A profile without a session signs in by device code, as the AWS CLI does.
    match configured.flatten() {
        Some(flow) if session.is_some() => Ok(SignInOptions::new(flow)),
        _ if session.is_some() && opener.is_command() => {
            // As with `$BROWSER`, the command is expected to open a browser on this machine.
            let vars = app.vars.clone().with("BROWSER", "the command");
            Ok(SignInOptions::auto(vestibule::browser::unavailable_reason(&vars)))
        }
        _ => Ok(center.sign_in_options()),
    }
}

/// Returns the flow that the arguments request.
pub(super) fn requested_flow(args: &SignIn) -> Option<Flow> {
    match args {
        _ if args.use_device_code => Some(Flow::DeviceCode),
        _ if args.use_pkce || args.port != 0 => Some(Flow::AuthorizationCode),
        _ => None,
    }
}

/// Returns an error where no user can approve a sign-in: in CI, and with `--no-input` where no
/// terminal, option or program shows the page.
pub(super) fn check_attended(
    app: &App<'_>,
    args: &SignIn,
    center: &IdentityCenter,
) -> Result<(), Error> {
    let session = center.session().label();
    let is_shown = app.has_terminal() || app.printer.json || args.no_browser || args.use_pkce;
    let place = match () {
        () if args.use_device_code => return Ok(()),
        () if app.is_unattended() => "here (CI)",
        () if app.global.no_input && !is_shown => "without a terminal (--no-input)",
        () => return Ok(()),
    };
    let message = format!("A sign-in to {session} is needed, and no user can approve it {place}");
    Err(Error::new(Exit::SignInNeeded, message)
        .with_cause("in CI, use the OIDC provider of the CI service (role_arn with web_identity_token_file)")
        .with_cause("with a user at another device, use the device flow")
        .with_hint(use_device_code(center)))
}

fn use_device_code(center: &IdentityCenter) -> String {
    format!("{} --use-device-code", login_command(center))
}

/// Reports a sign-in, or that none was necessary.
pub(super) fn report(
    app: &App<'_>,
    center: &IdentityCenter,
    token: &Token,
    event: &str,
    message: &str,
) -> Result<(), Error> {
    let session = center.session();
    if app.printer.json {
        let (name, expires_at) = (session.label(), token.expires_at.to_string());
        app.printer.result(
            &json!({ "event": event, "session": name, "expiresAt": expires_at }).to_string(),
        )?;
    }
    let until = until(token.expires_at, center.now());
    let message = app.printer.tone(Tone::Good, message);
    app.printer.note(&format!("{message} {} ({}).", session.label(), session.start_url));
    app.printer.note(&format!("The access token expires at {until}."));
    if token.refresh_token.is_some() {
        app.printer.note("Credentials refresh automatically until the session expires.");
    }
    Ok(())
}
