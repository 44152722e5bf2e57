//! Developer commands: `cargo xtask help`.
//!
//! One file per command, each with a `COMMAND` that describes it.
//! xtask depends on no crate of the workspace: it runs cargo, and prints what it runs.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to developers"
)]

mod args;
mod counts;
mod packages;
mod peers;
mod program_files;
mod published;
mod report;
mod run;
mod source;
mod tables;

mod api;
mod bench;
mod book;
mod budgets;
mod ci;
mod codegen;
mod conformance;
mod cross;
mod dist;
mod each_feature;
mod ecosystems;
mod end_to_end;
mod endurance;
mod expose;
mod floors;
mod full;
mod fuzz;
mod lint;
mod mutants;
mod pictures;
mod publish;
mod reviews;
mod sbom;
mod simulate;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use args::Args;

/// One command: its line in `help`, and its function.
struct Command {
    name: &'static str,
    /// Its arguments, as `help` shows them.
    takes: &'static str,
    about: &'static str,
    run: fn(Args) -> Result<()>,
}

/// The commands in groups, in the order of `help`.
const GROUPS: &[(&str, &[Command])] = &[
    ("Every day", &[ci::COMMAND, lint::COMMAND, test::COMMAND, end_to_end::DEMO]),
    (
        "Parts of lint and test, seconds each",
        &[
            tidy::COMMAND,
            floors::COMMAND,
            expose::COMMAND,
            budgets::COMMAND,
            reviews::COMMAND,
            codegen::COMMAND,
        ],
    ),
    (
        "Beside clients of others, minutes each; they are installed first",
        &[
            conformance::COMMAND,
            end_to_end::INTEROP,
            end_to_end::MOTO,
            end_to_end::PAGES,
            end_to_end::SNIPPETS,
            end_to_end::RECIPES,
            end_to_end::TEN_LINES,
            end_to_end::EXAMPLES,
            ecosystems::COMMAND,
            pictures::COMMAND,
            book::COMMAND,
        ],
    ),
    (
        "Before a release, minutes each",
        &[
            each_feature::COMMAND,
            api::COMMAND,
            publish::COMMAND,
            sbom::COMMAND,
            dist::COMMAND,
            dist::newcomers::COMMAND,
            cross::COMMAND,
        ],
    ),
    (
        "As long as you like",
        &[
            full::COMMAND,
            simulate::COMMAND,
            endurance::COMMAND,
            fuzz::COMMAND,
            mutants::COMMAND,
            bench::COMMAND,
        ],
    ),
];

fn commands() -> impl Iterator<Item = &'static Command> {
    GROUPS.iter().flat_map(|(_, commands)| *commands)
}

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let mut args = Args::from_env()?;
    std::env::set_current_dir(root()?).context("the workspace")?;
    match args.command()?.as_deref() {
        None | Some("help") => {
            help();
            Ok(())
        }
        Some(name) => match commands().find(|command| command.name == name) {
            Some(command) => (command.run)(args),
            None => bail!("no command `{name}`\nhint: `cargo xtask help` lists them"),
        },
    }
}

/// The workspace's folder. cargo says at run time where xtask is, so a clone can be moved.
fn root() -> Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|xtask| Some(PathBuf::from(xtask).parent()?.to_owned()))
        .context("started without cargo: type `cargo xtask …`")
}

fn help() {
    println!("cargo xtask <command>");
    let typed = |command: &Command| format!("{} {}", command.name, command.takes);
    let width = commands().map(|command| typed(command).len()).max().unwrap_or_default();
    for (title, commands) in GROUPS {
        println!("\n{title}:");
        for command in *commands {
            println!("  {:width$}  {}", typed(command), command.about);
        }
    }
}
