use std::process::Child;

/// Kills a command and everything that it started, and waits for it.
///
/// A command in the group of this process is killed alone. Errors are ignored: the command may have
/// exited by itself.
pub(super) fn kill_group(child: &mut Child, shares_our_group: bool) {
    if !shares_our_group || cfg!(windows) {
        kill_descendants(child);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The group has the id of its first process, which is not reused before the process is waited for.
#[cfg(unix)]
fn kill_descendants(child: &Child) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

#[cfg(windows)]
fn kill_descendants(child: &Child) {
    use std::process::{Command, Stdio};
    let mut command = Command::new("taskkill");
    command.args(["/T", "/F", "/PID", &child.id().to_string()]);
    let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}
