//! `cargo xtask sbom`: the bill of materials of the program, as `CycloneDX`.

use std::path::Path;

use serde_json::Value;

use anyhow::{Context as _, Result, ensure};

use crate::Command;
use crate::args::Args;
use crate::run::{cargo, succeeds};

pub(crate) const COMMAND: Command = Command {
    name: "sbom",
    takes: "",
    about: "write the bill of materials of the program",
    run: |args: Args| {
        args.finish()?;
        require()?;
        let list = read("vestibule-cli")?;
        let file = Path::new(FILE);
        std::fs::create_dir_all(file.parent().unwrap_or(file))
            .and_then(|()| std::fs::write(file, &list))
            .with_context(|| file.display().to_string())?;
        println!("{FILE}");
        Ok(())
    },
};

const FORMAT: &str = "cyclone_dx_json_1_6";
const FILE: &str = "target/sbom/vestibule.cdx.json";

/// Checks that `cargo sbom` is installed.
pub(crate) fn require() -> Result<()> {
    ensure!(
        succeeds(cargo(["sbom", "--version"])),
        "cargo-sbom is missing\nhint: type `cargo install cargo-sbom --version '^0.10' --locked`"
    );
    Ok(())
}

/// Returns the list of a package, as `cargo sbom` makes it: for all platforms, and with features that
/// only tests use.
pub(crate) fn read(package: &str) -> Result<String> {
    let list = cargo(["sbom", "--cargo-package", package, "--output-format", FORMAT]).read()?;
    let parsed: Value = serde_json::from_str(&list).context("`cargo sbom` printed no JSON")?;
    ensure!(
        parsed["components"].as_array().is_some_and(|components| !components.is_empty()),
        "`cargo sbom` printed an unknown format"
    );
    Ok(list)
}
