//! `cargo xtask sbom`: what is in the program, in the form of `CycloneDX`.

use std::path::Path;

use serde_json::Value;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "sbom",
    takes: "",
    about: "write down what the program is made of",
    run: |args: Args| {
        args.finish()?;
        write()
    },
};

const FORMAT: &str = "cyclone_dx_json_1_6";
const FILE: &str = "target/sbom/vestibule.cdx.json";

fn write() -> Result {
    let list = cargo(["sbom", "--cargo-package", "vestibule-cli", "--output-format", FORMAT])
        .fix("`cargo install cargo-sbom --locked` if it is missing")
        .read()?;
    let parts = serde_json::from_str::<Value>(&list).ok();
    let parts = parts.and_then(|list| Some(list["components"].as_array()?.len()));
    let parts = parts.ok_or_else(|| Failure::new("`cargo sbom` says something new"))?;
    let file = Path::new(FILE);
    std::fs::create_dir_all(file.parent().unwrap_or(file))
        .and_then(|()| std::fs::write(file, &list))
        .map_err(Failure::at(file))?;
    println!("{FILE}: {parts} components");
    Ok(())
}
