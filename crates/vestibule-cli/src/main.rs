//! The `vestibule` program: signs in to AWS and hands out credentials.

mod advice;
mod app;
mod args;
mod asker;
mod child;
mod commands;
mod completion;
mod duration;
mod exit;
mod formats;
mod interrupt;
mod log;
mod mfa;
mod picker;
mod printer;
mod progress;
mod screen;
mod sign_in_ui;
mod signals;
mod switching;
mod table;

use std::process::ExitCode;

use app::App;
use args::Cli;
use clap::Parser as _;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => App::new(&cli.global).run(cli.command),
        Err(error) => advice::usage(&error),
    }
}
