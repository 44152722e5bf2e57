//! Processes, printed as they would be typed.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::{Cmd, Shell};

/// Prefixes of the variables that cargo sets for xtask. Build scripts watch these variables, so a cargo
/// that inherits them would build again what is built already.
const OF_XTASK: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_"];

thread_local! {
    /// Commands borrow their shell, and there is one for the whole run.
    static SHELL: &'static Shell = Box::leak(Box::new(Shell::new().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        std::process::exit(1)
    })));
}

/// `cargo` with these arguments.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Cmd<'static> {
    program("cargo").args(arguments)
}

/// A program of `PATH`, or a file.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Cmd<'static> {
    let mut command = SHELL.with(|shell| shell.cmd(name.as_ref()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| OF_XTASK.iter().any(|ours| name.starts_with(ours))) {
            command = command.env_remove(name);
        }
    }
    command
}

/// Whether the command succeeds; prints nothing.
pub(crate) fn succeeds(command: Cmd<'_>) -> bool {
    command.quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

/// Writes a shell script, unless it has not changed: cargo watches its linker.
pub(crate) fn write_script(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| path.display().to_string())?;
    Ok(program("chmod").arg("755").arg(path).run()?)
}
