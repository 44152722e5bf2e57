//! Shell functions that switch the profile, since a program cannot change its parent's environment.

use vestibule::Vars;

use crate::args::Shell;

/// Returns the definitions of `vestibule-use` and `vestibule-env`.
pub(crate) fn functions(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => {
            concat!(include_str!("scripts/switch.sh"), include_str!("scripts/names.bash"))
        }
        Shell::Zsh => concat!(include_str!("scripts/switch.sh"), include_str!("scripts/names.zsh")),
        Shell::Fish => include_str!("scripts/switch.fish"),
        Shell::Powershell => include_str!("scripts/switch.ps1"),
        Shell::Nushell => include_str!("scripts/switch.nu"),
    }
}

/// How the functions are defined in a shell.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The command line that defines them.
    pub(crate) line: &'static str,
    /// The file whose lines are run in each new shell.
    pub(crate) file: &'static str,
    /// Between the line and a command that runs after it; `None` where only a new shell has them.
    pub(crate) separator: Option<&'static str>,
}

/// Returns the installation in a shell.
pub(crate) fn installation(shell: Shell) -> Installation {
    let (line, file, separator) = match shell {
        Shell::Bash => {
            ("eval \"$(vestibule completions bash --switch)\"", "~/.bashrc", Some(" && "))
        }
        Shell::Zsh => ("eval \"$(vestibule completions zsh --switch)\"", "~/.zshrc", Some(" && ")),
        Shell::Fish => (
            "vestibule completions fish --switch | source",
            "~/.config/fish/config.fish",
            Some("; and "),
        ),
        Shell::Powershell => (
            "vestibule completions powershell --switch | Out-String | Invoke-Expression",
            "$PROFILE",
            Some("; "),
        ),
        Shell::Nushell => (
            "vestibule completions nushell --switch | save --force vestibule-switch.nu",
            "config.nu",
            None,
        ),
    };
    Installation { line, file, separator }
}

/// Returns the shell that started this program, as far as the system shows it, else the user's.
pub(crate) fn calling_shell(vars: &Vars) -> Shell {
    let parent = parent_name();
    let login = vars.get("SHELL").and_then(|path| path.rsplit('/').next());
    let default = if cfg!(windows) { Shell::Powershell } else { Shell::Bash };
    parent.as_deref().and_then(shell_named).or_else(|| shell_named(login?)).unwrap_or(default)
}

fn shell_named(program: &str) -> Option<Shell> {
    Some(match program {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        "fish" => Shell::Fish,
        "pwsh" | "powershell" => Shell::Powershell,
        "nu" => Shell::Nushell,
        _ => return None,
    })
}

/// Returns the name of the parent process.
#[cfg(target_os = "linux")]
fn parent_name() -> Option<String> {
    let path = format!("/proc/{}/comm", std::os::unix::process::parent_id());
    Some(std::fs::read_to_string(path).ok()?.trim().to_owned())
}

#[cfg(not(target_os = "linux"))]
fn parent_name() -> Option<String> {
    None
}
