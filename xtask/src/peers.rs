//! Clients of others, installed below `target/peers` for the commands that run beside them.
//!
//! Their versions are pinned in the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use xshell::Cmd;

use crate::report::Hint as _;
use crate::run::{cargo, program};

/// Tells the tests where the folder of each peer is.
pub(crate) const VARIABLE: &str = "VESTIBULE_PEERS";

const SUBJECTS: &str = "crates/vestibule-conformance/subjects";
const SNIPPETS: &str = "docs/snippets";
const RECIPES: &str = "docs/recipes";
const RELEASE: &str = "crates/vestibule-e2e/tests/dist/clients";

/// Where programs on the AWS SDK are built, so that it is compiled once for all of them.
pub(crate) const RUST_TARGET: &str = "target/peers/rust";

/// The folder of all peers, as an absolute path.
pub(crate) fn folder() -> Result<PathBuf> {
    std::path::absolute("target/peers").context("target/peers")
}

/// Installs these peers.
pub(crate) fn install_all(peers: &[&str]) -> Result<()> {
    peers.iter().try_for_each(|peer| install(peer).map(drop))
}

/// Installs a peer, unless this list of versions is installed already, and returns its folder.
pub(crate) fn install(peer: &str) -> Result<PathBuf> {
    let folder = folder()?.join(peer);
    let (lists, list, install): (_, _, fn(&Path, &Path) -> Cmd<'static>) = match peer {
        "botocore" => (SUBJECTS, "requirements.txt", pip),
        "js" => (SUBJECTS, "package.json", npm),
        "moto" => (SUBJECTS, "moto.txt", pip),
        "schemas" => (RELEASE, "schemas.txt", pip),
        "pytest" => (SNIPPETS, "requirements.txt", pip),
        "snippets" => (SNIPPETS, "package.json", npm),
        "recipes" => (RECIPES, "requirements.txt", pip),
        "devcontainers" => (RECIPES, "package.json", npm),
        "rust" => {
            // The program of the benchmarks, which calls STS by aws-config.
            cargo(["build", "--quiet", "--manifest-path", "bench/Cargo.toml"])
                .args(["--package", "caller-identity", "--target-dir", RUST_TARGET])
                .run()?;
            return Ok(folder);
        }
        _ => bail!("no peer `{peer}`\nhint: `library`, `botocore` or `js`"),
    };
    // Commands that run side by side install a peer once.
    let lock = folder.with_extension("lock");
    fs::create_dir_all(folder.parent().unwrap_or(&folder))?;
    let lock = fs::File::create(&lock).with_context(|| lock.display().to_string())?;
    lock.lock()?;
    let [wanted, installed] = [Path::new(lists), &folder].map(|folder| folder.join(list));
    let wanted = fs::read(&wanted).with_context(|| wanted.display().to_string())?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        // npm reads the list here; the list stays if everything in it was installed.
        fs::write(&installed, &wanted)?;
        let result = install(&installed, &folder).run();
        if let Err(error) = result.hint("the packages come from the registry: go online once") {
            fs::remove_file(&installed)?;
            return Err(error);
        }
    }
    Ok(folder)
}

fn pip(list: &Path, folder: &Path) -> Cmd<'static> {
    program("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .arg("--requirement")
        .arg(list)
        .arg("--target")
        .arg(folder)
}

/// npm reads the list in the folder.
fn npm(_list: &Path, folder: &Path) -> Cmd<'static> {
    program("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"])
        .arg(folder)
}
