//! Man pages and completion scripts, which the program makes of itself.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::run::program;

/// The completion scripts, by shell, with their file names.
pub(crate) const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "vestibule.bash"),
    ("zsh", "_vestibule"),
    ("fish", "vestibule.fish"),
    ("nushell", "vestibule.nu"),
    ("powershell", "vestibule.ps1"),
];

/// Makes the folder anew, with the man pages in `man`, and the scripts.
pub(crate) fn write(vestibule: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    program(vestibule).args(["man", "--to"]).arg(folder.join("man")).run()?;
    for (shell, file) in COMPLETIONS {
        let script = program(vestibule).args(["completions", shell]).read()?;
        let file = folder.join(file);
        std::fs::write(&file, script).with_context(|| file.display().to_string())?;
    }
    Ok(())
}
