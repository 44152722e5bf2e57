//! Programs of others, installed below `target` for `cargo xtask conformance --subject …` and the like.
//!
//! Their versions are pinned beside what drives them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::run::{Run, program};

const DRIVERS: &str = "crates/vestibule-conformance/subjects";
const SNIPPETS: &str = "docs/snippets";

/// Installs a subject, unless that very list of versions has been installed before.
pub(crate) fn install(subject: &str) -> Result<PathBuf> {
    let folder = PathBuf::from("target/subjects").join(subject);
    let (lists, list, install): (_, _, fn(&Path, &Path) -> Run) = match subject {
        "botocore" => (DRIVERS, "requirements.txt", pip),
        "js" => (DRIVERS, "package.json", npm),
        "moto" => (DRIVERS, "moto.txt", pip),
        "snippets" => (SNIPPETS, "package.json", npm),
        _ => {
            return Err(Failure::new(format!("there is no subject `{subject}`"))
                .fix("`library`, `botocore` or `js`"));
        }
    };
    let [wanted, installed] = [PathBuf::from(lists), folder.clone()].map(|it| it.join(list));
    let wanted = fs::read(&wanted).map_err(Failure::at(&wanted))?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::at(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(Failure::at(&folder))?;
        // npm reads the list here; a list that stays says that all of it is installed.
        fs::write(&installed, &wanted).map_err(Failure::at(&installed))?;
        let done =
            install(&installed, &folder).fix("the packages come from the registry: go online once");
        if let Err(failure) = done.run() {
            fs::remove_file(&installed).map_err(Failure::at(&installed))?;
            return Err(failure);
        }
    }
    Ok(folder)
}

fn pip(list: &Path, folder: &Path) -> Run {
    program("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .arg("--requirement")
        .arg(list)
        .arg("--target")
        .arg(folder)
}

/// npm reads the list in the folder.
fn npm(_list: &Path, folder: &Path) -> Run {
    let words = ["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"];
    program("npm").args(words).arg(folder)
}
