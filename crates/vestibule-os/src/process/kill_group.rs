use std::process::{Child, Command, Stdio};

/// Kills a command and everything that it started.
///
/// By a program, since a process group can be killed neither by the standard library nor without
/// `unsafe`; on Unix by the shell that ran the command, where `kill` is built in.
pub(super) fn kill_group(child: &mut Child) {
    // The group has the id of its first process, which stays taken until it is waited for.
    let id = child.id().to_string();
    let mut killer = if cfg!(windows) {
        let mut killer = Command::new("taskkill");
        killer.args(["/T", "/F", "/PID", &id]);
        killer
    } else {
        let mut killer = Command::new("sh");
        killer.args(["-c", "kill -s KILL -- \"-$0\"", &id]);
        killer
    };
    let _ = killer.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    // If that failed, kill at least the command itself.
    let _ = child.kill();
    let _ = child.wait();
}
