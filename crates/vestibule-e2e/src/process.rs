//! Child processes: their output, or an error that shows it.

use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};

/// Returns what the command prints on stdout.
///
/// # Errors
/// If it cannot be started or fails; the error has its output.
pub fn stdout(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    bail!("{} exited with {}:\n{text}{stderr}", name(command), output.status)
}

/// Runs the command to its end, whatever its exit status.
///
/// # Errors
/// If it cannot be started.
pub fn output(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("cannot run {}", name(command)))
}

/// Returns the program of the command, for error messages.
#[must_use]
pub fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
