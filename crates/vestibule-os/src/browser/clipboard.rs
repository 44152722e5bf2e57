use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vestibule_world::Vars;

use super::is_wsl;
use crate::find_program;

/// The time limit: a program that cannot reach the screen may wait for it.
const TIMEOUT: Duration = Duration::from_secs(2);
const INTERVAL: Duration = Duration::from_millis(2);

/// Copies a text to the clipboard of this desktop, by the desktop's program for that. Returns whether
/// one took it. The text is passed by stdin, so that no other program sees it.
pub fn copy(text: &str, vars: &Vars) -> bool {
    let commands = commands(vars, std::env::consts::OS);
    commands.iter().any(|command| find_program(command[0], vars).is_some() && run(command, text))
}

fn commands(vars: &Vars, os: &str) -> Vec<&'static [&'static str]> {
    match os {
        "macos" => return vec![&["pbcopy"]],
        "windows" => return vec![&["clip.exe"]],
        _ => {}
    }
    let mut commands: Vec<&[&str]> = Vec::new();
    if vars.get("WAYLAND_DISPLAY").is_some() {
        commands.push(&["wl-copy"]);
    }
    if vars.get("DISPLAY").is_some() {
        commands.extend([
            &["xclip", "-selection", "clipboard"][..],
            &["xsel", "--clipboard", "--input"],
        ]);
    }
    if is_wsl(vars) {
        commands.push(&["clip.exe"]);
    }
    commands
}

fn run(command: &[&str], text: &str) -> bool {
    let mut child = Command::new(command[0]);
    child.args(&command[1..]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = child.spawn() else { return false };
    // A URL fits into the pipe, so that this does not block.
    let is_written =
        child.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
    let started_at = Instant::now();
    while started_at.elapsed() < TIMEOUT {
        match child.try_wait() {
            Ok(Some(status)) => return is_written && status.success(),
            Ok(None) => std::thread::sleep(INTERVAL),
            Err(_) => return false,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipboard_program_is_that_of_the_desktop() {
        let vars = Vars::default();
        assert!(commands(&vars, "linux").is_empty());
        assert_eq!(commands(&vars, "macos"), [["pbcopy"]]);
        let desktop = vars.with("DISPLAY", ":0").with("WAYLAND_DISPLAY", "wayland-0");
        assert_eq!(commands(&desktop, "linux")[0], ["wl-copy"]);
        assert_eq!(commands(&desktop, "linux")[1][0], "xclip");
    }
}
