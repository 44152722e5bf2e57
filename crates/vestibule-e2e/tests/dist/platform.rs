//! The platforms of a release, and what runs their programs on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Names the folder of Windows that xtask has prepared for Wine.
const WINE: &str = "VESTIBULE_WINE";

/// The programs of a release.
pub(crate) const PROGRAMS: [&str; 3] = ["vestibule", "vestibule-emulator", "vestibule-keychain"];

/// A platform whose programs run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    /// That of this machine.
    Native,
    /// Linux on arm64, under qemu.
    Arm64,
    /// Windows, under Wine.
    Windows,
}

impl Platform {
    /// Returns the platform of an artifact, by its name; `None` for those that nothing here runs.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let is_of = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if is_of(&["darwin", "macos"]) {
            None
        } else if is_of(&["windows", "win_", "win32"]) {
            Some(Self::Windows)
        } else if is_of(&["aarch64", "arm64"]) {
            Some(Self::Arm64)
        } else {
            Some(Self::Native)
        }
    }

    /// Returns a folder whose programs run here: the folder itself, or a new one below `scripts` with
    /// scripts that run the programs of the folder.
    pub(crate) fn runnable(self, programs: &Path, scripts: &Path) -> Result<PathBuf> {
        if self == Self::Native {
            return Ok(programs.to_owned());
        }
        let scripts = scripts.join("scripts");
        fs::create_dir(&scripts)?;
        for name in PROGRAMS {
            let program = programs.join(name).display().to_string();
            write_script(&scripts.join(name), &self.command(&program)?)?;
        }
        Ok(scripts)
    }

    fn command(self, program: &str) -> Result<String> {
        Ok(match self {
            Self::Native => format!("'{program}'"),
            Self::Arm64 => format!("qemu-aarch64 '{program}'"),
            // Wine does not pass `HOME` on.
            Self::Windows => {
                let prefix = std::env::var(WINE).with_context(|| format!("{WINE} is not set"))?;
                let program = program.replace('/', "\\");
                format!(
                    "env WINEPREFIX='{prefix}' WINEDEBUG=-all wine \
                     cmd /c set \"HOME=Z:$HOME&&\" 'Z:{program}.exe'"
                )
            }
        })
    }
}

/// Writes a script that runs this command with its own arguments.
pub(crate) fn write_script(path: &Path, command: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\nexec {command} \"$@\"\n"))
        .with_context(|| path.display().to_string())?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}
