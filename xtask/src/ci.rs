//! `cargo xtask ci`: lint and test.

use crate::Command;
use crate::args::Args;
use crate::{lint, test};

pub(crate) const COMMAND: Command = Command {
    name: "ci",
    takes: "[--suites DIR]",
    about: "lint, then test",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        args.finish()?;
        lint::check()?;
        test::check(suites)
    },
};
