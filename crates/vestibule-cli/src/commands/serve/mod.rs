//! The endpoint that containers have, on this machine.

mod advised;
mod announcement;
mod shadow;
mod supervise;

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vestibule::{Session, Vars};
use vestibule_serve::{Error, ListenAddress, Server};

use crate::advice::Failure;
use crate::app::App;
use crate::args::Serve;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::{child, mfa, signals};

use advised::Advised;
use shadow::Shadow;

const URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

pub(crate) fn run(app: &App<'_>, args: Serve) -> Result<Exit, Failure> {
    let session = Arc::new(attended(app)?);
    let address = args.socket.map_or(ListenAddress::Port(args.port), ListenAddress::Socket);
    let wanted = !args.command.is_empty();
    let command = wanted.then(|| child::command(args.command, &session)).transpose()?;
    let world = session.world().clone();
    let signals = signals::Signals::take_over(&app.interrupts)?;
    let provider = Arc::new(Advised::new(session.clone()));
    let server = Server::start(&address, provider, world).map_err(|error| not_started(&error))?;
    let Some(mut command) = command else {
        announcement::print(app, &session, &address, &server)?;
        return Ok(signals.wait());
    };
    if matches!(address, ListenAddress::Socket(_)) {
        let note = app.printer.tone(Tone::Warning, "note:");
        app.printer.note(&format!("{note} SDKs ask at ports; the command has to know the socket"));
    }
    command.env(URI, server.uri()).env(TOKEN, server.token().expose());
    command.envs(past_proxies(&app.vars));
    let shadow = Shadow::cast(&session).map_err(|error| {
        let message = "the command could not be given a configuration of its own";
        Failure::new(Exit::Failed, message).because(error.to_string())
    })?;
    command.envs(shadow.iter().flat_map(|shadow| shadow.variables.iter().cloned()));
    let code = supervise::run(command, signals)?;
    drop((server, shadow));
    process::exit(code)
}

/// The session, with credentials: what is wrong now is said now, and not to a program that asks
/// later. A code is asked for now, too, and never again: from here on the terminal is the
/// command's, and who asks waits for seconds at most.
fn attended(app: &App<'_>) -> Result<Session, Failure> {
    const SERVING: &str = "nobody is asked while credentials are served";
    let is_serving = Arc::new(AtomicBool::new(false));
    let now = is_serving.clone();
    let is_ours = move || if now.load(Ordering::Relaxed) { Err(SERVING) } else { Ok(()) };
    let prompt = mfa::prompt_while(app.may_prompt(), is_ours);
    let session = app.builder()?.mfa_prompt(prompt).load_blocking()?;
    session.blocking().credentials()?;
    is_serving.store(true, Ordering::Relaxed);
    Ok(session)
}

/// The SDKs send even this request through a proxy, token and all, unless they are told not to.
fn past_proxies(vars: &Vars) -> Vec<(&'static str, String)> {
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    if vars.first(&proxies).is_none() {
        return Vec::new();
    }
    let hosts = match vars.first(&["NO_PROXY", "no_proxy"]) {
        Some((_, hosts)) => format!("{hosts},127.0.0.1,localhost"),
        None => "127.0.0.1,localhost".to_owned(),
    };
    vec![("NO_PROXY", hosts.clone()), ("no_proxy", hosts)]
}

fn not_started(error: &Error) -> Failure {
    let failure = Failure::of(Exit::Failed, error);
    match error {
        Error::Port { .. } => failure.with_hint("leave --port out to have any free one"),
        Error::PathExists { .. } => {
            failure.with_hint("name a path with --socket at which there is nothing yet")
        }
        Error::Socket { .. } => {
            failure.with_hint("name a short path with --socket, in a folder of your own")
        }
        _ => failure,
    }
}
