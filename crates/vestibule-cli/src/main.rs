//! The `vestibule` program: signs in to AWS and provides credentials.

mod app;
mod args;
mod child;
mod commands;
mod completion;
mod duration;
mod error;
mod exit;
mod formats;
mod interrupt;
mod log;
mod mfa;
mod picker;
mod printer;
mod progress;
mod prompt;
mod quoting;
mod report;
mod screen;
mod sign_in_ui;
mod signals;
mod switching;
mod table;

use std::process::ExitCode;

use app::App;
use args::{Cli, Command, Sso};
use clap::Parser as _;
use commands::{
    choice, complete, completions, configure, console, doctor, exec, explain, export_credentials,
    list, logout, man, serve, status, whoami,
};
use error::Error;
use exit::Exit;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error).into(),
    };
    log::init(cli.global.verbose);
    let app = App::new(&cli.global);
    let exit = run(&app, cli.command);
    exit.unwrap_or_else(|error| report::error(&app, &error)).into()
}

fn run(app: &App<'_>, command: Command) -> Result<Exit, Error> {
    match command {
        Command::Login(args) | Command::Sso(Sso::Login(args)) => choice::login(app, &args),
        Command::Logout(args) | Command::Sso(Sso::Logout(args)) => logout::run(app, &args),
        Command::Status(args) => status::run(app, &args),
        Command::Whoami => choice::with_profile(app, whoami::run),
        Command::ExportCredentials(args) => {
            choice::with_profile(app, |app| export_credentials::run(app, &args))
        }
        Command::Exec(args) => choice::with_profile(app, |app| exec::run(app, args.clone())),
        Command::Serve(args) => serve::run(app, args),
        Command::Console(args) => choice::with_profile(app, |app| console::run(app, &args)),
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
