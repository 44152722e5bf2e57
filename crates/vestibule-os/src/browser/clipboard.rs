use std::time::Duration;

use vestibule_world::Vars;

use super::is_wsl;
use crate::{Limits, find_program, run_program};

/// The time limit: a program that cannot reach the screen may wait for it.
const TIMEOUT: Duration = Duration::from_secs(2);

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
    let limits = Limits { timeout: TIMEOUT, output: 0 };
    let finished = run_program(command[0].as_ref(), &command[1..], text.as_bytes(), limits);
    finished.is_ok_and(|finished| finished.code == Some(0))
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
