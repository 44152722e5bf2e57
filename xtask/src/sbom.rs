//! `cargo xtask sbom`: the bill of materials of the program, as `CycloneDX`.

use std::path::Path;

use serde_json::Value;

use anyhow::{Context as _, Result, anyhow};

use crate::Command;
use crate::args::Args;
use crate::report::Hint as _;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "sbom",
    takes: "",
    about: "write the bill of materials of the program",
    run: |args: Args| {
        args.finish()?;
        write()
    },
};

const FORMAT: &str = "cyclone_dx_json_1_6";
const FILE: &str = "target/sbom/vestibule.cdx.json";

fn write() -> Result<()> {
    let list = cargo(["sbom", "--cargo-package", "vestibule-cli", "--output-format", FORMAT])
        .read()
        .hint("`cargo install cargo-sbom --locked` if it is missing")?;
    let parts = serde_json::from_str::<Value>(&list).ok();
    let parts = parts.and_then(|list| Some(list["components"].as_array()?.len()));
    let parts = parts.ok_or_else(|| anyhow!("`cargo sbom` printed an unknown format"))?;
    let file = Path::new(FILE);
    std::fs::create_dir_all(file.parent().unwrap_or(file))
        .and_then(|()| std::fs::write(file, &list))
        .with_context(|| file.display().to_string())?;
    println!("{FILE}: {parts} components");
    Ok(())
}
