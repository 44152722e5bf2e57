//! `agent`: credentials of allowed profiles for other programs, over a Unix socket, or a named pipe on
//! Windows.

mod allowlist;
mod audit;
mod backend;
mod confirmation;

use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use serde_json::json;
#[cfg(unix)]
use vestibule::Platform;
use vestibule::world::Entropy;
use vestibule_serve::agent::AgentServer;

use crate::agent_session::VARIABLE;
use crate::app::App;
use crate::args::Agent;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::quoting::{Dialect, shell_word};
#[cfg(unix)]
use crate::temporary_folder::private_folders;
use crate::{child, signals};

use super::expiry::{Watch, watch_in_background};
use super::serve::start_error;
use allowlist::Allowlist;
use audit::AuditLog;
use backend::SessionBackend;
use confirmation::Confirmation;

pub(crate) fn run(app: &App<'_>, args: Agent) -> Result<Exit, Error> {
    let allowed = Allowlist::parse(&args.allow)?;
    let confirmation = args.confirm.then(|| Confirmation::find(&app.vars, args.confirm_for.0));
    let confirmation = confirmation.transpose()?;
    let configuration = app.configuration()?;
    let world = configuration.async_world().clone();
    let path = match args.socket {
        Some(path) => absolute(path)?,
        None => default_path(app, &*world.entropy)?,
    };
    let log = AuditLog::open(args.log.as_deref(), app.printer.json)?;
    let has_command = !args.command.is_empty();
    let command = has_command.then(|| child::without_credentials(args.command)).transpose()?;
    let watches = Watch::for_all_sessions(&configuration)?;
    let backend = SessionBackend::new(app, allowed, confirmation, log)?;
    let signals = signals::Signals::take_over(&app.interrupts)?;
    let server = AgentServer::start(path.clone(), own_uid(), Arc::new(backend), world)
        .map_err(|error| start_error(&error))?;
    watch_in_background(&app.printer, watches);
    if let Some(mut command) = command {
        command.env(VARIABLE, &path);
        let code = child::supervise(command, signals)?;
        drop(server);
        process::exit(code)
    }
    announce(app, &path, &args.allow)?;
    let exit = signals.wait();
    drop(server);
    Ok(exit)
}

fn announce(app: &App<'_>, path: &Path, allowed: &[String]) -> io::Result<()> {
    let printer = &app.printer;
    let socket = path.display().to_string();
    if printer.json {
        return printer.result(&json!({ "socket": socket, "allow": allowed }).to_string());
    }
    printer.result(&Dialect::current().assignment(VARIABLE, &socket))?;
    let allowed = printer.tone(Tone::Good, &allowed.join(", "));
    printer.note(&format!("Giving the credentials of {allowed} until Ctrl-C."));
    if cfg!(windows) {
        printer.note("Run the line above in a shell on this machine.");
        return Ok(());
    }
    printer.note("Run the line above in a shell on this machine; on another one:");
    let forward = format!("ssh -R /tmp/vestibule-agent.sock:{} HOST", shell_word(&socket));
    printer.note(&format!("  {}", printer.tone(Tone::Command, &forward)));
    Ok(())
}

/// Returns the user whose processes are served.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "a pipe of Windows checks its clients itself")]
fn own_uid() -> Option<u32> {
    Some(nix::unistd::geteuid().as_raw())
}

#[cfg(windows)]
fn own_uid() -> Option<u32> {
    None
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "a pipe of Windows has a form")]
fn absolute(path: PathBuf) -> Result<PathBuf, Error> {
    Ok(std::path::absolute(&path).unwrap_or(path))
}

/// The folder of all named pipes.
#[cfg(windows)]
const PIPES: &str = r"\\.\pipe\";

#[cfg(windows)]
fn absolute(path: PathBuf) -> Result<PathBuf, Error> {
    if path.to_string_lossy().starts_with(PIPES) {
        return Ok(path);
    }
    let error = Error::new(Exit::Usage, format!("--socket: {} is not a pipe", path.display()));
    Err(error.with_hint(format!("vestibule agent --allow PROFILE --socket {PIPES}NAME")))
}

/// Returns a random name, which no other program knows.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the path of a socket needs a folder")]
fn default_path(_app: &App<'_>, entropy: &dyn Entropy) -> Result<PathBuf, Error> {
    let mut random = [0; 8];
    entropy.fill(&mut random);
    Ok(PathBuf::from(format!("{PIPES}vestibule-agent-{:016x}", u64::from_ne_bytes(random))))
}

#[cfg(unix)]
fn default_path(app: &App<'_>, _entropy: &dyn Entropy) -> Result<PathBuf, Error> {
    let runtime = app.vars.get("XDG_RUNTIME_DIR").filter(|folder| Path::new(folder).is_absolute());
    if let Some(folder) = runtime {
        return Ok(Path::new(folder).join("vestibule-agent.sock"));
    }
    let home = app.vars.home(Platform::HERE).ok_or_else(|| {
        let message = "there is no XDG_RUNTIME_DIR and no home folder for the socket";
        Error::new(Exit::Failed, message).with_hint("add --socket PATH")
    })?;
    let folder = Path::new(&home).join(".aws/vestibule");
    private_folders().recursive(true).create(&folder).map_err(|error| {
        let message = format!("the folder {} could not be created", folder.display());
        let error = Error::failed(message, &error);
        error.with_hint("add --socket PATH")
    })?;
    Ok(folder.join("agent.sock"))
}

/// Returns the name and the id of a process, as far as they are known.
fn process_name(pid: Option<i32>) -> String {
    let name = pid.and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    match (pid, name) {
        (Some(pid), Some(name)) => {
            format!("{} (process {pid})", vestibule_types::printable_line(name.trim(), 40))
        }
        (Some(pid), None) => format!("process {pid}"),
        (None, _) => "a process".to_owned(),
    }
}
