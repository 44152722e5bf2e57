//! `cargo xtask deb`: the Debian package, with man pages and completions that the program makes itself.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::Command;
use crate::args::Args;
use crate::packages::release_binary;
use crate::program_files;
use crate::report::Hint as _;
use crate::run::{cargo, program, succeeds};

pub(crate) const COMMAND: Command = Command {
    name: "deb",
    takes: "[--try]",
    about: "build the Debian package; --try installs, runs and removes it",
    run: |mut args: Args| {
        let install = args.flag("--try");
        args.finish()?;
        let package = build()?;
        println!("{}", package.display());
        if install { install_and_remove(&package) } else { Ok(()) }
    },
};

/// Where `[package.metadata.deb]` finds what is generated; and the package.
const FOLDER: &str = "target/deb";

/// Files that the package must install.
const INSTALLED: &[&str] = &[
    "/usr/bin/vestibule",
    "/usr/share/man/man1/vestibule.1.gz",
    "/usr/share/man/man1/vestibule-login.1.gz",
    "/usr/share/bash-completion/completions/vestibule",
    "/usr/share/zsh/vendor-completions/_vestibule",
    "/usr/share/fish/vendor_completions.d/vestibule.fish",
    "/usr/share/nushell/vendor/autoload/vestibule.nu",
];

pub(crate) fn build() -> Result<PathBuf> {
    if !succeeds(cargo(["deb", "--version"])) {
        // Not optimized: it packs one package.
        cargo(["install", "cargo-deb", "--version", "^3", "--locked", "--debug"]).run()?;
    }
    cargo(["build", "--release", "--locked", "--package", "vestibule-cli"]).run()?;
    let folder = Path::new(FOLDER);
    program_files::write(&release_binary("vestibule")?, folder)?;
    let package = folder.join("vestibule.deb");
    let time = program("git").args(["log", "-1", "--format=%ct"]).read()?;
    cargo(["deb", "--no-build", "--package", "vestibule-cli", "--output"])
        .arg(&package)
        .env("SOURCE_DATE_EPOCH", time)
        .run()?;
    Ok(package)
}

/// Needs root, on a machine that may be changed, such as a container.
fn install_and_remove(package: &Path) -> Result<()> {
    program("dpkg").arg("--install").arg(package).run().hint("as root, in a container")?;
    let result = check_installed();
    program("dpkg").args(["--remove", "vestibule"]).run()?;
    result?;
    match INSTALLED.iter().find(|file| Path::new(file).exists()) {
        None => Ok(()),
        Some(file) => Err(anyhow!("{file} is left after removal")),
    }
}

fn check_installed() -> Result<()> {
    // By path, so that it is not a developer's own.
    let version = program("/usr/bin/vestibule").arg("--version").read()?;
    if !version.starts_with("vestibule ") {
        return Err(anyhow!("`vestibule --version` says `{}`", version.trim()));
    }
    // Listed, not found: dpkg in a container may be told to leave man pages out.
    let listed = program("dpkg").args(["--listfiles", "vestibule"]).read()?;
    match INSTALLED.iter().find(|file| !listed.lines().any(|line| line == **file)) {
        None => Ok(()),
        Some(file) => Err(anyhow!(
            "{file} was not installed\nhint: [package.metadata.deb] in crates/vestibule-cli/Cargo.toml lists what is"
        )),
    }
}
