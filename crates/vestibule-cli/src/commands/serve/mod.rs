//! `serve`: a container credentials endpoint on this machine.

mod announcement;
mod default_files;

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vestibule::world::{BoxFuture, World};
use vestibule::{ErrorKind, Lookup, Provider, ProviderError, ProviderErrorKind, Session, Vars};
use vestibule_serve::{self as endpoint, ListenAddress, Server};

use crate::app::App;
use crate::args::Serve;
use crate::error::Error;
use crate::exit::Exit;
use crate::{child, mfa, signals};

use super::expiry::{Watch, watch_in_background};
use default_files::DefaultFiles;

const URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

pub(crate) fn run(app: &App<'_>, args: Serve) -> Result<Exit, Error> {
    let session = Arc::new(load_session(app)?);
    let address = args.socket.map_or(ListenAddress::Port(args.port), ListenAddress::Socket);
    let wanted = !args.command.is_empty();
    let command = wanted.then(|| child::command(args.command, &session)).transpose()?;
    let world = session.async_world().clone();
    let signals = signals::Signals::take_over(&app.interrupts)?;
    let provider = Arc::new(SessionProvider(session.clone()));
    let server = Server::start(&address, provider, world).map_err(|error| start_error(&error))?;
    watch_in_background(&app.printer, Watch::for_session(&session)?.into_iter().collect());
    let Some(mut command) = command else {
        announcement::print(app, &session, &address, &server)?;
        return Ok(signals.wait());
    };
    if matches!(address, ListenAddress::Socket(_)) {
        app.printer.remark("SDKs cannot use a socket by themselves; the command has to");
    }
    command.env(URI, server.uri()).env(TOKEN, server.token().expose());
    command.envs(no_proxy(&app.vars));
    let files = DefaultFiles::create(&session).map_err(|error| {
        let message = "the temporary configuration of the command could not be written";
        let error = Error::failed(message, &error);
        error.with_hint("set TMPDIR to a writable folder")
    })?;
    command.envs(files.iter().flat_map(|files| files.variables.iter().cloned()));
    let code = child::supervise(command, signals)?;
    drop((server, files));
    process::exit(code)
}

/// Loads the session and its credentials, so that errors are reported now. An MFA code is prompted
/// for now and never later, when the terminal belongs to the command.
fn load_session(app: &App<'_>) -> Result<Session, Error> {
    const SERVING: &str = "prompts are disabled while credentials are served";
    let is_serving = Arc::new(AtomicBool::new(false));
    let now = is_serving.clone();
    let is_available = move || if now.load(Ordering::Relaxed) { Err(SERVING) } else { Ok(()) };
    let prompt = mfa::prompt_while(app.may_prompt(), &app.interrupts, is_available);
    let (no_input, now) = (app.global.no_input, is_serving.clone());
    let helper_may_prompt = move || !no_input && !now.load(Ordering::Relaxed);
    let session = app
        .session_with(|builder| builder.mfa_prompt(prompt).helper_prompts_if(helper_may_prompt))?;
    session.blocking().credentials()?;
    is_serving.store(true, Ordering::Relaxed);
    Ok(session)
}

/// Returns `NO_PROXY` variables; without them SDKs send the token to the proxy.
fn no_proxy(vars: &Vars) -> Vec<(&'static str, String)> {
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

pub(super) fn start_error(error: &endpoint::Error) -> Error {
    let failed = Error::from_source(Exit::Failed, error);
    match error.kind() {
        endpoint::ErrorKind::Port(_) => failed.with_hint("leave --port out to have any free one"),
        endpoint::ErrorKind::PathExists(_) => {
            failed.with_hint("name a path with --socket that does not exist yet")
        }
        endpoint::ErrorKind::Socket(_) if cfg!(windows) => {
            failed.with_hint("leave --socket out to use a port")
        }
        endpoint::ErrorKind::Socket(_) => {
            failed.with_hint("name a short path with --socket, in a folder of your own")
        }
        _ => failed,
    }
}

/// A provider over a session, whose errors contain the hint, because clients of the endpoint see
/// nothing else.
#[derive(Debug)]
struct SessionProvider(Arc<Session>);

impl Provider for SessionProvider {
    fn name(&self) -> &'static str {
        "session"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            match self.0.credentials().await {
                Ok(keys) => Ok(Lookup::Credentials((*keys).clone())),
                Err(error) => Err(with_hint(error)),
            }
        })
    }
}

fn with_hint(error: vestibule::Error) -> ProviderError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => ProviderErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => ProviderErrorKind::Configuration,
        ErrorKind::Refused => ProviderErrorKind::Refused,
        _ => ProviderErrorKind::Transient,
    };
    ProviderError::new("session", kind, Error::from(error).one_line())
}
