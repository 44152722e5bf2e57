//! `cargo xtask bench start`: builds the programs that `bench-start` times.

use std::path::PathBuf;

use anyhow::Result;

use super::weight::{self, MANIFEST};
use crate::end_to_end;
use crate::packages::release_binary;
use crate::run::cargo;

pub(crate) fn measure() -> Result<()> {
    end_to_end::build()?;
    cargo(["build", "--release", "--quiet", "--package", "vestibule-cli"]).run()?;
    // Where the emulator and the other tools are, beside `bench-start`.
    let programs =
        [release_binary("vestibule")?, built("weight-empty")?, built("weight-aws-config")?];
    Ok(cargo(["run", "--quiet", "--package", "bench-start", "--target-dir", "target"])
        .args(MANIFEST)
        .arg("--")
        .args(programs)
        .run()?)
}

/// Builds a program where `bench weight` does, and returns its path.
fn built(program: &str) -> Result<PathBuf> {
    let (command, binary) = weight::build_command(program)?;
    command.run()?;
    Ok(binary)
}
