//! The `vestibule` program: signs in to AWS and provides credentials.

mod advice;
mod agent_session;
mod app;
mod args;
mod awaited;
mod child;
mod commands;
mod completion;
mod directory_profile;
mod duration;
mod environment_source;
mod error;
mod exec_args;
mod exit;
mod formats;
mod helper_process;
mod interrupt;
mod keychain_helper;
mod line_editor;
mod local_time;
mod log;
mod mfa;
mod native_process;
mod opener;
mod other_program;
mod picker;
mod printer;
mod program;
mod prompt;
mod quoting;
mod report;
mod role_args;
mod screen;
mod sign_in_ui;
mod signals;
mod switching;
mod table;
mod temporary_folder;
mod token_store;
mod typed_line;
mod waiting;

use std::process::ExitCode;

use app::App;
use args::{Cli, Command};
use commands::{
    auth_tokens, codecommit, completions, configure, console, doctor, eks, exec, explain,
    export_credentials, list, logout, man, profile, refresh_helper, roles_anywhere, select, serve,
    status, trust, use_profile, wait, whoami, written_profile,
};
use error::Error;
use exit::Exit;

fn main() -> ExitCode {
    let args = exec_args::insert_separator(std::env::args_os().collect());
    let mut cli = match Cli::from_args(&args) {
        Ok(cli) => cli,
        Err(error) => return report::usage(error).into(),
    };
    let mut credentials = cli.command.take_credential_args();
    let positional = credentials.profile.positional.take();
    let is_named_twice = positional.is_some() && cli.global.profile.is_some();
    cli.global.has_positional_profile = positional.is_some();
    cli.global.profile = positional.or(cli.global.profile);
    let mut app = App::new(&cli.global, &credentials, cli.command.token_store());
    let (printer, limit) = (app.printer.clone(), cli.global.timeout.map(|limit| limit.0));
    let draws = printer.is_terminal() && !printer.json;
    waiting::init(draws, limit, &app.interrupts, move |error| report::timeout(&printer, error));
    log::init(cli.global.verbose);
    if !matches!(cli.command, Command::Complete(_) | Command::Completions(_) | Command::Man(_)) {
        announce_root(&app);
    }
    let exit = if is_named_twice {
        Err(Error::new(Exit::Usage, "the profile is named twice: as an argument and by --profile"))
    } else if cli.command.uses_profile() {
        match app.use_directory_profile(cli.command.prefers_environment()) {
            // A shell prompt has no room for errors.
            Err(error) if cli.command.is_prompt() && !cli.global.json => Ok(error.exit()),
            result => result.and_then(|()| run(&app, cli.command)),
        }
    } else {
        run(&app, cli.command)
    };
    waiting::exit_code(exit.unwrap_or_else(|error| report::error(&app, &error))).into()
}

/// Notes that root works in the home folder of another user, as under `sudo`.
fn announce_root(app: &App<'_>) {
    let home = app.vars.home(vestibule::Platform::HERE);
    let owner = home.and_then(|home| vestibule::os::home_owner_if_root(home.as_ref()));
    if let Some(owner) = owner.filter(|_| !app.printer.json) {
        app.printer.remark(&format!(
            "running as root in the home folder of {owner}; new files there will belong to {owner}"
        ));
    }
}

fn run(app: &App<'_>, command: Command) -> Result<Exit, Error> {
    match command {
        Command::Login(args) => profile::login(app, &args),
        Command::Logout(args) => logout::run(app, &args),
        Command::Status(args) => status::run(app, &args),
        Command::Wait(args) => wait::run(app, &args),
        Command::RefreshHelper => refresh_helper::run(app),
        Command::Whoami(_) => profile::with_credentials(app, whoami::run),
        Command::GetRoleCredentials(_) => profile::with_credentials(app, export_credentials::role),
        Command::ExportCredentials(args) if args.remove_profile.is_some() => {
            written_profile::remove(app, args.remove_profile.as_deref().unwrap_or_default())
        }
        Command::ExportCredentials(args) => {
            profile::with_credentials(app, |app| export_credentials::run(app, &args))
        }
        Command::Exec(args) => profile::with_credentials(app, |app| exec::run(app, args.clone())),
        Command::Serve(args) => profile::with_credentials(app, |app| serve::run(app, args.clone())),
        Command::Console(args) => profile::with_credentials(app, |app| console::run(app, &args)),
        Command::RolesAnywhere(args) => roles_anywhere::run(app, &args),
        Command::ListProfiles(args) => list::profiles(app, &args),
        Command::ListSessions(args) => list::sessions(app, &args),
        Command::ListAccounts(args) => profile::with_sign_in(app, |app| list::accounts(app, &args)),
        Command::ListRoles(args) => profile::with_sign_in(app, |app| list::roles(app, &args)),
        Command::Configure(configure) => configure::run(app, &configure),
        Command::Explain(_) => explain::run(app),
        Command::Trust(args) => trust::run(app, &args),
        Command::Select(args) => select::run(app, &args),
        Command::Use(args) => use_profile::run(app, &args),
        Command::Complete(args) => completions::complete(app, &args),
        Command::Doctor(args) => doctor::run(app, &args),
        Command::Agent(args) => commands::agent::run(app, args),
        Command::Cache(command) => commands::cache::run(app, &command),
        Command::Eks(command) => eks::run(app, &command),
        Command::Rds(args) => auth_tokens::rds(app, &args),
        Command::Dsql(command) => auth_tokens::dsql(app, &command),
        Command::Elasticache(args) => auth_tokens::elasticache(app, &args),
        Command::Memorydb(args) => auth_tokens::memorydb(app, &args),
        Command::Codecommit(args) => codecommit::run(app, &args),
        Command::Completions(args) => completions::run(app, &args),
        Command::Man(args) => man::run(app, &args),
    }
}
