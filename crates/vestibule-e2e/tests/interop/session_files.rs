//! The session's files on disk, changed as time or another program would, and checks of a client.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use vestibule_e2e::process;
use vestibule_e2e::test_env::{TOKEN_FILE, TestEnv};

use crate::table::Cell;

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

pub(crate) fn token(env: &TestEnv) -> Result<String> {
    Ok(std::fs::read_to_string(env.home().join(TOKEN_FILE))?)
}

/// Makes the stored access token an expired one.
pub(crate) fn expire_token(env: &TestEnv) -> Result<()> {
    edit(&env.home().join(TOKEN_FILE), |token| token["expiresAt"] = json!(LONG_AGO))
}

fn edit(file: &Path, change: impl FnOnce(&mut Value)) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let mut value =
        serde_json::from_str(&text).with_context(|| format!("{} is corrupt", file.display()))?;
    change(&mut value);
    Ok(std::fs::write(file, value.to_string())?)
}

/// Removes the shared role credentials, so that the next client needs the token.
pub(crate) fn remove_role_credentials(env: &TestEnv) -> Result<()> {
    let folder = env.home().join(".aws/cli");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Makes the credentials of a console login expired ones.
pub(crate) fn expire_console_credentials(env: &TestEnv) -> Result<()> {
    for entry in std::fs::read_dir(env.home().join(".aws/login/cache"))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            edit(&file, |session| session["accessToken"]["expiresAt"] = json!(LONG_AGO))?;
        }
    }
    Ok(())
}

/// Runs a client, and checks what it prints.
pub(crate) fn check(command: &mut Command, is_right: impl Fn(&str) -> bool) -> Result<Cell> {
    let output = process::output(command)?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && is_right(&stdout) {
        return Ok(Cell::Yes);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines = stdout.lines().chain(stderr.lines()).filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.collect();
    let last = lines[lines.len().saturating_sub(6)..].join(" ");
    Ok(Cell::No(format!("{}: {last}", output.status)))
}
