//! `cargo xtask codegen`: tables that come from published models.

mod fidelity;
mod operations;
mod partitions;

use std::path::Path;

use serde_json::Value;

use anyhow::{Context as _, Result, anyhow};

use crate::Command;
use crate::args::Args;

pub(crate) const COMMAND: Command = Command {
    name: "codegen",
    takes: "[--models DIR] [--check]",
    about: "write the tables that come from AWS's models, or compare them",
    run: |mut args: Args| {
        let check = args.flag("--check");
        let models = args.folder("--models")?;
        args.finish()?;
        let models = models.unwrap_or_else(|| MODELS.into());
        generate(&models, check)
    },
};

const MODELS: &str = "../shared/models";

/// Compares the tables with the models, where they are at hand.
pub(crate) fn check() -> Result<()> {
    if Path::new(MODELS).exists() { generate(Path::new(MODELS), true) } else { Ok(()) }
}

fn generate(models: &Path, check: bool) -> Result<()> {
    let partitions = read(models, "partitions.json")?;
    let table = partitions::table(&partitions).ok_or_else(|| unknown("partitions.json"))?;
    settle(partitions::TABLE, &table, check)?;
    let mut table = operations::HEAD.to_owned();
    let mut rows = String::new();
    for file in operations::SERVICES {
        let model = read(models, file)?;
        let service = operations::service(&model).ok_or_else(|| unknown(file))?;
        table.push_str(&service);
        rows.push_str(&fidelity::rows(&model).ok_or_else(|| unknown(file))?);
    }
    table.push_str(operations::TAIL);
    settle(operations::TABLE, &table, check)?;
    let page = std::fs::read_to_string(fidelity::PAGE).context(fidelity::PAGE)?;
    let page = fidelity::fill(&page, &rows)
        .with_context(|| format!("{}: the place of the table is missing", fidelity::PAGE))?;
    settle(fidelity::PAGE, &page, check)
}

fn read(models: &Path, file: &str) -> Result<Value> {
    let file = models.join(file);
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).map_err(|error| anyhow!("{}: {error}", file.display()))
}

fn unknown(file: &str) -> anyhow::Error {
    anyhow!("{file} is not of the shape that is known\nhint: see xtask/src/codegen")
}

fn settle(path: &str, table: &str, check: bool) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|current| current == table) {
        return Ok(());
    }
    if check {
        return Err(anyhow!(
            "{path} is not what the models say\nhint: type `cargo xtask codegen` and commit what it writes"
        ));
    }
    std::fs::write(path, table).with_context(|| path.to_owned())
}
