//! A root folder with nothing of this machine in it, for installers of packages.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::platform::{PROGRAMS, Platform, write_script};

pub(crate) struct CleanRoot {
    root: PathBuf,
    programs: PathBuf,
}

/// Files that every package of a Linux distribution installs.
const INSTALLED: [&str; 10] = [
    "usr/bin/vestibule",
    "usr/bin/vestibule-emulator",
    "usr/bin/vestibule-keychain",
    "usr/share/man/man1/vestibule.1.gz",
    "usr/share/man/man1/vestibule-login.1.gz",
    "usr/share/man/man1/vestibule-emulator.1.gz",
    "usr/share/man/man1/vestibule-keychain.1.gz",
    "usr/share/bash-completion/completions/vestibule",
    "usr/share/fish/vendor_completions.d/vestibule.fish",
    "usr/share/nushell/vendor/autoload/vestibule.nu",
];

impl CleanRoot {
    /// Creates it below this folder.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let [root, programs] = ["root", "programs"].map(|name| folder.join(name));
        fs::create_dir(&root)?;
        fs::create_dir(&programs)?;
        Ok(Self { root, programs })
    }

    pub(crate) fn create_folder(&self, path: &str) -> Result<()> {
        fs::create_dir_all(self.root.join(path)).with_context(|| path.to_owned())
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        fs::write(&path, text).with_context(|| path.display().to_string())
    }

    /// Returns an option of an installer whose value is this root.
    pub(crate) fn option(&self, name: &str) -> OsString {
        let mut option = OsString::from(name);
        option.push(&self.root);
        option
    }

    /// Returns a command of an installer, which is root in a namespace of its own.
    pub(crate) fn installer(program: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let system = ["/usr/sbin".into(), "/sbin".into()];
        let path = std::env::join_paths(std::env::split_paths(&path).chain(system));
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", program]);
        command.env("PATH", path.unwrap_or_default());
        command
    }

    /// Returns a folder with scripts that run the installed programs. For those of this machine, this
    /// is the root folder, and only the temporary folder is theirs too.
    pub(crate) fn programs(&self, platform: Platform) -> Result<PathBuf> {
        if platform != Platform::Native {
            return platform.runnable(&self.root.join("usr/bin"), &self.programs);
        }
        let [root, temporary] =
            [&self.root, &std::env::temp_dir()].map(|path| path.display().to_string());
        for name in PROGRAMS {
            let command = format!(
                "bwrap --die-with-parent --bind '{root}' / --dev /dev --proc /proc \
                 --bind '{temporary}' '{temporary}' -- /usr/bin/{name}"
            );
            write_script(&self.programs.join(name), &command)?;
        }
        Ok(self.programs.clone())
    }

    /// Checks that the package has installed the files of every package, and these.
    pub(crate) fn check_files(&self, others: &[&str]) -> Result<()> {
        for path in INSTALLED.iter().chain(others) {
            ensure!(self.root.join(path).is_file(), "{path} was not installed");
        }
        Ok(())
    }

    /// Checks that nothing of the package is left.
    pub(crate) fn check_empty(&self) -> Result<()> {
        let usr = self.root.join("usr");
        let left = if usr.exists() { files(&usr)? } else { Vec::new() };
        ensure!(left.is_empty(), "left after removal: {left:?}");
        Ok(())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
