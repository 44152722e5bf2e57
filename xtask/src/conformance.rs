//! `cargo xtask conformance`: the shared suites, and those that AWS publishes in its packages.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::Cmd;

use crate::Command;
use crate::args::Args;
use crate::peers;
use crate::published;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "conformance",
    takes: "[--suites DIR] [--subject botocore|js] …",
    about: "the suites of the AWS SDKs; or config files read by an SDK and by us",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        match args.value("--subject")?.as_deref() {
            None | Some("library") => check(suites, args.rest()),
            Some(subject) => compare(subject, suites, args.rest()),
        }
    },
};

/// The given suites, or those beside the clone.
fn suites(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| Path::new("../shared/conformance").canonicalize().ok())
}

pub(crate) fn check(given: Option<PathBuf>, more: Vec<String>) -> Result<()> {
    let mut runner = runner(given);
    for package in published::packages()? {
        let package = format!("{}={}", package.name, package.folder.display());
        runner = runner.arg("--packages").arg(package);
    }
    Ok(runner.args(more).run()?)
}

/// Compares what another SDK reads from config files with what we read.
fn compare(subject: &str, given: Option<PathBuf>, more: Vec<String>) -> Result<()> {
    let installed = peers::install(subject)?;
    let runner = runner(given).args(["--subject", subject, "--installed"]).arg(installed);
    Ok(runner.args(more).run()?)
}

fn runner(given: Option<PathBuf>) -> Cmd<'static> {
    let runner = cargo(["run", "--quiet", "--package", "vestibule-conformance", "--"]);
    match suites(given) {
        Some(suites) => runner.arg("--suites").arg(suites),
        None => runner,
    }
}
