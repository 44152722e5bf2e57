//! `cargo xtask conformance`: the shared suites, and those that AWS publishes in its packages.

use std::path::{Path, PathBuf};

use crate::Command;
use crate::args::Args;
use crate::failure::Result;
use crate::published;
use crate::run::{Run, cargo};
use crate::subjects;

pub(crate) const COMMAND: Command = Command {
    name: "conformance",
    takes: "[--suites DIR] [--subject botocore|js] …",
    about: "the suites of the AWS SDKs, or an SDK beside us; the rest goes to vestibule-conformance",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        match args.value("--subject")?.as_deref() {
            None | Some("library") => check(suites, args.rest()),
            Some(subject) => compare(subject, suites, args.rest()),
        }
    },
};

/// The suites that lie beside a clone where somebody has laid them there.
fn suites(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| Path::new("../shared/conformance").canonicalize().ok())
}

pub(crate) fn check(given: Option<PathBuf>, more: Vec<String>) -> Result {
    let mut run = runner(given);
    for package in published::packages()? {
        run = run.arg("--packages").arg(format!("{}={}", package.name, package.folder.display()));
    }
    run.args(more).run()
}

/// What another SDK makes of config files, beside what we make of them.
fn compare(subject: &str, given: Option<PathBuf>, more: Vec<String>) -> Result {
    let installed = subjects::install(subject)?;
    runner(given).args(["--subject", subject, "--installed"]).arg(installed).args(more).run()
}

fn runner(given: Option<PathBuf>) -> Run {
    let run = cargo(["run", "--quiet", "--package", "vestibule-conformance", "--"]);
    match suites(given) {
        Some(suites) => run.arg("--suites").arg(suites),
        None => run,
    }
}
