//! `cargo xtask deb`: the Debian package, with man pages and completions that the program makes itself.

use std::path::{Path, PathBuf};

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::run::{cargo, program};
use crate::scene::release;

pub(crate) const COMMAND: Command = Command {
    name: "deb",
    takes: "[--try]",
    about: "build the Debian package; --try installs it, looks at it and removes it",
    run: |mut args: Args| {
        let tries = args.flag("--try");
        args.finish()?;
        let package = build()?;
        println!("{}", package.display());
        if tries { try_out(&package) } else { Ok(()) }
    },
};

/// Where `[package.metadata.deb]` finds what is generated; and the package.
const FOLDER: &str = "target/deb";

/// The scripts, by shell, and what each is called in the folder.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "vestibule.bash"),
    ("zsh", "_vestibule"),
    ("fish", "vestibule.fish"),
    ("nushell", "vestibule.nu"),
    ("powershell", "vestibule.ps1"),
];

/// What has to be there once it is installed.
const INSTALLED: &[&str] = &[
    "/usr/bin/vestibule",
    "/usr/share/man/man1/vestibule.1.gz",
    "/usr/share/man/man1/vestibule-login.1.gz",
    "/usr/share/bash-completion/completions/vestibule",
    "/usr/share/zsh/vendor-completions/_vestibule",
    "/usr/share/fish/vendor_completions.d/vestibule.fish",
    "/usr/share/nushell/vendor/autoload/vestibule.nu",
];

fn build() -> Result<PathBuf> {
    if !cargo(["deb", "--version"]).works() {
        // Not optimized: it packs one package.
        cargo(["install", "cargo-deb", "--version", "^3", "--locked", "--debug"]).run()?;
    }
    cargo(["build", "--release", "--locked", "--package", "vestibule-cli"]).run()?;
    let folder = Path::new(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Failure::at(folder))?;
    }
    std::fs::create_dir_all(folder).map_err(Failure::at(folder))?;
    let vestibule = release("vestibule")?;
    program(&vestibule).args(["man", "--to"]).arg(folder.join("man")).run()?;
    for (shell, file) in COMPLETIONS {
        let script = program(&vestibule).args(["completions", shell]).read()?;
        let file = folder.join(file);
        std::fs::write(&file, script).map_err(Failure::at(&file))?;
    }
    let package = folder.join("vestibule.deb");
    cargo(["deb", "--no-build", "--package", "vestibule-cli", "--output"]).arg(&package).run()?;
    Ok(package)
}

/// Wants to be root, and a machine that nobody minds, such as a container.
fn try_out(package: &Path) -> Result {
    program("dpkg").arg("--install").arg(package).fix("as root, in a container").run()?;
    let looked = look();
    program("dpkg").args(["--remove", "vestibule"]).run()?;
    looked?;
    match INSTALLED.iter().find(|file| Path::new(file).exists()) {
        None => Ok(()),
        Some(file) => Err(Failure::new(format!("{file} is there after removal"))),
    }
}

fn look() -> Result {
    // Not a developer's own, whatever the path says.
    let version = program("/usr/bin/vestibule").arg("--version").read()?;
    if !version.starts_with("vestibule ") {
        return Err(Failure::new(format!("`vestibule --version` says `{}`", version.trim())));
    }
    // Listed, not found: dpkg in a container may be told to leave man pages out.
    let listed = program("dpkg").args(["--listfiles", "vestibule"]).read()?;
    match INSTALLED.iter().find(|file| !listed.lines().any(|line| line == **file)) {
        None => Ok(()),
        Some(file) => Err(Failure::new(format!("{file} was not installed"))
            .fix("[package.metadata.deb] in crates/vestibule-cli/Cargo.toml lists what is")),
    }
}
