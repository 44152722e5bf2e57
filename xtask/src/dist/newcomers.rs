//! `cargo xtask newcomers`: clean roots of Debian, in which the release is installed as its readers do.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::FOLDER;
use crate::args::Args;
use crate::report::Hint as _;
use crate::run::program;
use crate::{Command, end_to_end};

pub(crate) const COMMAND: Command = Command {
    name: "newcomers",
    takes: "",
    about: "install the files of the last `dist` in clean roots, by the commands of docs/install.md (as root; 10 min)",
    run: |args: Args| {
        args.finish()?;
        let roots = Path::new(ROOTS);
        for (name, preparation) in PREPARED {
            prepare(&roots.join(name), preparation)?;
        }
        end_to_end::try_as_newcomers(FOLDER.as_ref(), roots)
    },
};

const ROOTS: &str = "target/newcomers";

/// The roots, and what makes each of a minimal one: the tools that users have before.
const PREPARED: [(&str, &str); 5] = [
    ("base", ""),
    ("python", "apt-get install --yes pipx python3-pip && pip install --break-system-packages uv"),
    ("node", "apt-get install --yes nodejs npm"),
    ("rpm", "apt-get install --yes dnf rpm"),
    (
        "arch",
        "apt-get install --yes makepkg pacman-package-manager sudo file libarchive-tools zstd",
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
            .hint("as root, with the package `debootstrap`")?;
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
