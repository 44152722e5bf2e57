//! The Java class that starts the emulator in tests, as Maven's repositories take it.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::archive::{self, Entry};
use super::files;
use super::release::{Artifact, Release};
use crate::report::Hint as _;
use crate::run::program;

const SOURCES: &str = "packaging/java/src";
const DESCRIPTION: &str = "packaging/java/pom.xml";
const CLASSES: &str = "target/dist-classes";

/// Makes the archives of classes and sources, and their description.
pub(super) fn archives(release: &Release) -> Result<Vec<Artifact>> {
    let sources = files(SOURCES.as_ref(), "")?;
    let folder = Path::new(CLASSES);
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| CLASSES.to_owned())?;
    }
    program("javac")
        // The oldest version with an HTTP client.
        .args(["--release", "11", "-Xlint:all", "-Werror", "-d", CLASSES])
        .args(sources.iter().map(|source| format!("{SOURCES}/{}", source.path)))
        .run()
        .hint("the package `default-jdk-headless`")?;
    let description = std::fs::read_to_string(DESCRIPTION).context(DESCRIPTION)?;
    let name = format!("vestibule-emulator-{}", release.version);
    Ok(vec![
        jar(&format!("{name}.jar"), files(folder, "")?)?,
        jar(&format!("{name}-sources.jar"), sources)?,
        Artifact { name: format!("{name}.pom"), bytes: release.fill(&description).into_bytes() },
    ])
}

fn jar(name: &str, mut entries: Vec<Entry>) -> Result<Artifact> {
    let manifest =
        "Manifest-Version: 1.0\nAutomatic-Module-Name: io.github.vestibule_rs.emulator\n";
    entries.push(Entry::file("META-INF/MANIFEST.MF", manifest));
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        entries.push(Entry::file(format!("META-INF/{license}"), std::fs::read(license)?));
    }
    Ok(Artifact { name: name.to_owned(), bytes: archive::zip(&entries)? })
}
