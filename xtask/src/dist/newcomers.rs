//! `cargo xtask newcomers`: clean roots of Debian, in which the release is installed as its readers do.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::release::sha256;
use super::{FOLDER, figures};
use crate::args::Args;
use crate::packages;
use crate::report::Hint as _;
use crate::run::{cargo, program};
use crate::{Command, cross, end_to_end};

pub(crate) const COMMAND: Command = Command {
    name: "newcomers",
    takes: "[--write]",
    about: "install the files of the last `dist` and the crates in clean roots, by the commands of docs/install.md; --write writes the figures there (as root; 15 min)",
    run: |mut args: Args| {
        let write = args.flag("--write");
        args.finish()?;
        let roots = Path::new(ROOTS);
        std::fs::create_dir_all(roots).context(ROOTS)?;
        cross::require(&["debootstrap"])?;
        for (name, preparation) in PREPARED {
            prepare(&roots.join(name), preparation)?;
        }
        prepare_crates(&roots.join("crates"))?;
        let figures = end_to_end::try_as_newcomers(FOLDER.as_ref(), roots)?;
        if write { figures::write_ways(&figures) } else { Ok(()) }
    },
};

const ROOTS: &str = "target/newcomers";

/// The roots, and what makes each of a minimal one: the tools that users have before.
const PREPARED: [(&str, &str); 6] = [
    ("base", ""),
    ("python", "apt-get install --yes pipx python3-pip && pip install --break-system-packages uv"),
    ("node", "apt-get install --yes nodejs npm"),
    ("rpm", "apt-get install --yes dnf rpm"),
    (
        "arch",
        "apt-get install --yes makepkg pacman-package-manager sudo file libarchive-tools zstd",
    ),
    (
        "rust",
        // The compiler of Debian 12 itself is too old. A newer one is among the security updates, on the
        // same mirror.
        "sed --quiet 's,/debian bookworm main,/debian-security bookworm-security main,p' /etc/apt/sources.list \
         > /etc/apt/sources.list.d/security.list; \
         apt-get update; apt-get install --yes --no-install-recommends rustc-web cargo-web gcc libc6-dev",
    ),
];

/// Makes a root, unless it is there.
fn prepare(root: &Path, preparation: &str) -> Result<()> {
    if root.exists() {
        return Ok(());
    }
    let new = root.with_extension("new");
    let remove = |path: &Path| program("rm").args(["--recursive", "--force"]).arg(path).run();
    remove(&new)?;
    let base = Path::new(ROOTS).join("base");
    if root == base {
        program("debootstrap")
            .args(["--variant=minbase", "--include=ca-certificates", "bookworm"])
            .arg(&new)
            .run()
            .hint("this needs root")?;
    } else {
        program("cp").arg("--archive").args([&base, &new]).run()?;
        for file in ["etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"] {
            std::fs::copy(Path::new("/").join(file), new.join(file))?;
        }
        program("chroot")
            .arg(&new)
            .args(["sh", "-euc"])
            .arg(format!("apt-get update; export DEBIAN_FRONTEND=noninteractive; {preparation}"))
            .run()?;
    }
    std::fs::rename(&new, root).with_context(|| root.display().to_string())
}

/// Makes a folder that takes the place of the registry of crates, with ours as they would be published
/// and all that they need.
fn prepare_crates(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    cargo(["vendor", "--quiet", "--locked", "--versioned-dirs"])
        .arg(folder)
        .ignore_stdout()
        .run()?;
    let mut ours = packages::ours()?;
    ours.retain(|package| package.is_published);
    cargo(["package", "--quiet", "--locked", "--no-verify", "--allow-dirty"])
        .args(ours.iter().flat_map(|package| ["--package", &package.name]))
        .run()?;
    for package in &ours {
        let name = format!("{}-{}", package.name, package.version);
        let archive = Path::new("target/package").join(format!("{name}.crate"));
        let bytes = std::fs::read(&archive).with_context(|| archive.display().to_string())?;
        let tar = program("tar").arg("--extract").arg("--file").arg(&archive);
        tar.arg("--directory").arg(folder).run()?;
        let checksums = format!(r#"{{"files":{{}},"package":"{}"}}"#, sha256(&bytes));
        std::fs::write(folder.join(&name).join(".cargo-checksum.json"), checksums)
            .with_context(|| name.clone())?;
    }
    Ok(())
}
