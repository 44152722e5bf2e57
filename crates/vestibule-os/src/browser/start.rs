use std::process::Command;
#[cfg(not(windows))]
use std::process::{Child, Stdio};

use vestibule_world::Vars;

/// Starts a browser without waiting for it; returns true if it was started.
///
/// On Windows the browser inherits no handles: while it ran, it would hold the pipes of this process
/// open, and a program that reads them would not see their end.
#[cfg(windows)]
pub(super) fn start(command: &[String], vars: &Vars) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let file = crate::find_program(program, vars).unwrap_or_else(|| program.into());
    let mut command = Command::new(file);
    command.args(arguments);
    crate::process::start_in_background(command).is_ok()
}

#[cfg(not(windows))]
pub(super) fn start(command: &[String], _: &Vars) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C must not reach the browser.
    crate::set_own_process_group(&mut command);
    command.spawn().map(wait_in_background).is_ok()
}

/// Waits for a child, which would be a zombie otherwise.
#[cfg(not(windows))]
fn wait_in_background(mut child: Child) {
    let _ = crate::thread::spawn("vestibule-browser", move || drop(child.wait()));
}
