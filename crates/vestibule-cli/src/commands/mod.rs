//! One file per command.

mod completions;
mod configure;
mod exec;
mod explain;
mod export_credentials;
mod list;
mod login;
mod logout;
mod man;
mod status;
mod whoami;

use vestibule::{Configuration, IdentityCenter};

use crate::advice::Failure;
use crate::app::App;
use crate::args::{Command, OneSession, Sso};
use crate::exit::Exit;

pub(crate) fn run(app: &App<'_>, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Login(args) | Command::Sso(Sso::Login(args)) => login::run(app, &args),
        Command::Logout(args) | Command::Sso(Sso::Logout(args)) => logout::run(app, &args),
        Command::Status(args) => status::run(app, &args),
        Command::Whoami => whoami::run(app),
        Command::ExportCredentials(args) => export_credentials::run(app, &args),
        Command::Exec(args) => exec::run(app, args),
        Command::ListProfiles => list::profiles(app),
        Command::ListSessions => list::sessions(app),
        Command::ListAccounts(args) => list::accounts(app, &args),
        Command::ListRoles(args) => list::roles(app, &args),
        Command::Configure(configure) => configure::run(app, &configure),
        Command::Explain => explain::run(app),
        Command::Completions(args) => completions::run(app, &args),
        Command::Man(args) => man::run(app, &args),
    }
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
