//! One file per command.

mod choice;
mod complete;
mod completions;
mod configure;
mod console;
mod console_login;
mod doctor;
mod exec;
mod explain;
mod export_credentials;
mod list;
mod login;
mod logout;
mod man;
mod serve;
mod status;
mod whoami;

use vestibule::{Base, Configuration, ConsoleLogin, IdentityCenter};

use crate::advice::Failure;
use crate::app::App;
use crate::args::{Command, OneSession, Sso};
use crate::exit::Exit;

pub(crate) fn run(app: &App<'_>, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Login(args) | Command::Sso(Sso::Login(args)) => choice::of_session(app, &args),
        Command::Logout(args) | Command::Sso(Sso::Logout(args)) => logout::run(app, &args),
        Command::Status(args) => status::run(app, &args),
        Command::Whoami => choice::of_profile(app, whoami::run),
        Command::ExportCredentials(args) => {
            choice::of_profile(app, |app| export_credentials::run(app, &args))
        }
        Command::Exec(args) => choice::of_profile(app, |app| exec::run(app, args.clone())),
        Command::Serve(args) => serve::run(app, args),
        Command::Console(args) => choice::of_profile(app, |app| console::run(app, &args)),
        Command::ListProfiles => list::profiles(app),
        Command::ListSessions => list::sessions(app),
        Command::ListAccounts(args) => list::accounts(app, &args),
        Command::ListRoles(args) => list::roles(app, &args),
        Command::Configure(configure) => configure::run(app, &configure),
        Command::Explain => explain::run(app),
        Command::Complete(args) => complete::run(app, &args),
        Command::Doctor(args) => doctor::run(app, &args),
        Command::Completions(args) => completions::run(app, &args),
        Command::Man(args) => man::run(app, &args),
    }
}

/// Where somebody signs in.
enum Target<'a> {
    Center(Box<IdentityCenter<'a>>),
    Console(Box<ConsoleLogin<'a>>),
}

/// The session that was named, else the profile's; the console, where the profile's credentials
/// begin there or somebody wants that.
fn target<'a>(
    configuration: &'a Configuration,
    args: &OneSession,
    wants_console: bool,
) -> Result<Target<'a>, Failure> {
    let is_console = || match configuration.identity_center() {
        Ok(_) => false,
        Err(_) => configuration.plan().is_ok_and(|plan| matches!(plan.base, Base::Login(_))),
    };
    if wants_console || args.sso_session.is_none() && is_console() {
        return Ok(Target::Console(Box::new(configuration.console_login()?)));
    }
    Ok(Target::Center(Box::new(center(configuration, args)?)))
}

/// The session that was named, else the profile's.
fn center<'a>(
    configuration: &'a Configuration,
    args: &OneSession,
) -> Result<IdentityCenter<'a>, Failure> {
    Ok(match &args.sso_session {
        Some(name) => configuration.identity_center_named(name, "--sso-session")?,
        None => configuration.identity_center()?,
    })
}
