//! Developer commands: `cargo xtask help`.
//!
//! One file per command, each with a `COMMAND` that says what it is.
//! xtask depends on nothing of ours: it runs cargo, as a person would, and shows what it runs.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to developers"
)]

mod args;
mod chromium;
mod failure;
mod http;
mod run;
mod scene;

mod counts;
mod packages;
mod published;
mod source;
mod subjects;

mod api;
mod bench;
mod budgets;
mod ci;
mod codegen;
mod conformance;
mod deb;
mod demo;
mod each_feature;
mod ecosystems;
mod examples;
mod expose;
mod floors;
mod fuzz;
mod interop;
mod lint;
mod moto;
mod pages;
mod publish;
mod sbom;
mod snippets;
mod ten_lines;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use args::Args;
use failure::{Failure, Result};

/// One of the commands: what `help` says of it, and what it does.
struct Command {
    name: &'static str,
    takes: &'static str,
    about: &'static str,
    run: fn(Args) -> Result,
}

/// In the order of `help`: the two of every day, what they are made of, then the rest.
const COMMANDS: &[Command] = &[
    demo::COMMAND,
    ci::COMMAND,
    lint::COMMAND,
    test::COMMAND,
    tidy::COMMAND,
    floors::COMMAND,
    expose::COMMAND,
    budgets::COMMAND,
    conformance::COMMAND,
    interop::COMMAND,
    moto::COMMAND,
    pages::COMMAND,
    each_feature::COMMAND,
    api::COMMAND,
    publish::COMMAND,
    sbom::COMMAND,
    examples::COMMAND,
    ecosystems::COMMAND,
    snippets::COMMAND,
    ten_lines::COMMAND,
    fuzz::COMMAND,
    bench::COMMAND,
    deb::COMMAND,
    codegen::COMMAND,
];

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result {
    let mut args = Args::from_env()?;
    let name = args.positional();
    if name.as_deref() == Some(demo::BROWSER.name) {
        return (demo::BROWSER.run)(args);
    }
    std::env::set_current_dir(root()?)
        .map_err(|error| Failure::new(format!("no workspace: {error}")))?;
    let Some(name) = name.filter(|name| !matches!(name.as_str(), "help" | "-h" | "--help")) else {
        help();
        return Ok(());
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(args),
        None => {
            Err(Failure::new(format!("no command `{name}`")).fix("`cargo xtask help` lists them"))
        }
    }
}

/// The workspace: cargo says where xtask is, at run time, so that a moved clone is no surprise.
fn root() -> Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|xtask| Some(PathBuf::from(xtask).parent()?.to_owned()))
        .ok_or_else(|| Failure::new("started without cargo").fix("type `cargo xtask …`"))
}

fn help() {
    println!("cargo xtask <command>\n");
    let typed = COMMANDS
        .iter()
        .map(|command| format!("{} {}", command.name, command.takes))
        .collect::<Vec<_>>();
    let width = typed.iter().map(String::len).max().unwrap_or_default();
    for (typed, Command { about, .. }) in typed.iter().zip(COMMANDS) {
        println!("  {typed:width$}  {about}");
    }
}
