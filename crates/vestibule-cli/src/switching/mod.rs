//! Shell functions that switch the profile, since a program cannot change its parent's environment.

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
