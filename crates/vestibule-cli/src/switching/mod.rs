//! Functions for a shell, since a program cannot change the environment it was started from.

use crate::args::Shell;

/// What defines `vestibule-use` and `vestibule-env` in a shell.
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
