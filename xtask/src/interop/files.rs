//! The sign-in as it lies on disk, and what the emulator counted of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::table::Cell;
use crate::failure::{Failure, Result};
use crate::scene::{Scene, TOKEN_FILE};

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

pub(super) fn token(scene: &Scene) -> Result<String> {
    let file = scene.home.join(TOKEN_FILE);
    std::fs::read_to_string(&file).map_err(Failure::at(&file))
}

pub(super) fn write(file: &Path, text: &str) -> Result {
    std::fs::write(file, text).map_err(Failure::at(file))
}

/// Lets the stored access token be over, as an hour would.
pub(super) fn end_token(scene: &Scene) -> Result {
    edit(&scene.home.join(TOKEN_FILE), |token| token["expiresAt"] = json!(LONG_AGO))
}

fn edit(file: &Path, change: impl FnOnce(&mut Value)) -> Result {
    let text = std::fs::read_to_string(file).map_err(Failure::at(file))?;
    let mut value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("{} is torn: {error}", file.display())))?;
    change(&mut value);
    write(file, &value.to_string())
}

/// Without shared role credentials everybody needs the token.
pub(super) fn forget_roles(scene: &Scene) -> Result {
    let folder: PathBuf = scene.home.join(".aws/cli");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(Failure::at(&folder))
    } else {
        Ok(())
    }
}

/// Lets the credentials of a console sign-in be over.
pub(super) fn end_console_credentials(scene: &Scene) -> Result {
    let folder = scene.home.join(".aws/login/cache");
    for entry in std::fs::read_dir(&folder).map_err(Failure::at(&folder))? {
        let file = entry.map_err(Failure::at(&folder))?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            edit(&file, |session| session["accessToken"]["expiresAt"] = json!(LONG_AGO))?;
        }
    }
    Ok(())
}

pub(super) fn refreshes(scene: &Scene) -> Result<i64> {
    count(scene, "CreateToken")
}

/// How often the emulator was asked for this.
pub(super) fn count(scene: &Scene, operation: &str) -> Result<i64> {
    let log: Value = serde_json::from_str(&scene.ask("requests")?)
        .map_err(|error| Failure::new(format!("the emulator's log: {error}")))?;
    Ok(log["counts"][operation].as_i64().unwrap_or_default())
}

/// Runs a client, and looks at what it prints.
pub(super) fn check(command: &mut Command, is_right: impl Fn(&str) -> bool) -> Result<Cell> {
    let output = command.output().map_err(cannot_run)?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && is_right(&said) {
        return Ok(Cell::Works);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let lines = said.lines().chain(complaint.lines()).filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.collect();
    let last = lines[lines.len().saturating_sub(6)..].join(" ");
    Ok(Cell::Fails(format!("{}: {last}", output.status)))
}

/// Runs what the rest depends on.
pub(super) fn run(command: &mut Command) -> Result {
    match check(command, |_| true)? {
        Cell::Fails(said) => {
            Err(Failure::new(format!("{}: {said}", command.get_program().to_string_lossy())))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(super) fn cannot_run(error: std::io::Error) -> Failure {
    Failure::new(format!("a client cannot be run: {error}"))
}
