//! `cargo xtask conformance`: the shared suites, and those that AWS publishes in its packages.

use std::path::{Path, PathBuf};

use crate::Command;
use crate::args::Args;
use crate::failure::Result;
use crate::published;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "conformance",
    takes: "[--suites DIR] …",
    about: "the suites of the AWS SDKs; what else is given goes to vestibule-conformance",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        check(suites, args.rest())
    },
};

/// The suites that lie beside a clone where somebody has laid them there.
pub(crate) fn suites(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| Path::new("../shared/conformance").canonicalize().ok())
}

pub(crate) fn check(given: Option<PathBuf>, more: Vec<String>) -> Result {
    let mut run = cargo(["run", "--quiet", "--package", "vestibule-conformance", "--"]);
    if let Some(suites) = suites(given) {
        run = run.arg("--suites").arg(suites);
    }
    for package in published::packages()? {
        run = run.arg("--packages").arg(format!("{}={}", package.name, package.folder.display()));
    }
    run.args(more).run()
}
