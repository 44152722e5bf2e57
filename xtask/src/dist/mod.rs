//! `cargo xtask dist`: all that a release consists of, in one folder.
//!
//! Two runs on the same commit with the same compiler make the same bytes.

mod archive;
mod image;
mod manifests;
mod npm;
mod release;
mod wheel;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::Command;
use crate::args::Args;
use crate::packages::release_binary;
use crate::program_files;
use crate::report::Hint as _;
use crate::run::{cargo, program};
use crate::{deb, end_to_end, sbom};
use archive::Entry;
use release::{Artifact, Release, Target, sha256};

pub(crate) const COMMAND: Command = Command {
    name: "dist",
    takes: "[--programs TRIPLE=DIR] … [--sign KEY] [--try]",
    about: "make all files of a release, of this machine's build and others; --try installs each, and signs in",
    run: |mut args: Args| {
        let install = args.flag("--try");
        let key = args.value("--sign")?;
        let mut given = Vec::new();
        while let Some(programs) = args.value("--programs")? {
            given.push(programs);
        }
        args.finish()?;
        let release = Release::read()?;
        let mut targets = vec![build()?];
        for programs in &given {
            let (triple, folder) =
                programs.split_once('=').context("--programs takes TRIPLE=DIR")?;
            targets.push(Target::read(triple, folder.as_ref())?);
        }
        let folder = make(&release, &targets, key.as_deref())?;
        if install { end_to_end::try_out(&folder) } else { Ok(()) }
    },
};

const FOLDER: &str = "target/dist";
const CHECKSUMS: &str = "SHA256SUMS";

/// Builds the programs for this machine.
fn build() -> Result<Target> {
    cargo(["build", "--release", "--locked", "--package", "vestibule-cli"]).run()?;
    cargo(["build", "--release", "--locked", "--package", "vestibule-emulator"]).run()?;
    let version = program("rustc").arg("-vV").read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let programs = release_binary("vestibule")?;
    Target::read(host.context("rustc names no host")?, programs.parent().context("no folder")?)
}

/// Makes every artifact, the checksums, and their signature.
fn make(release: &Release, targets: &[Target], key: Option<&str>) -> Result<PathBuf> {
    let generated = Path::new("target/dist-files");
    program_files::write(&release_binary("vestibule")?, generated)?;
    let mut artifacts = Vec::new();
    for target in targets {
        artifacts.push(archive(release, target, generated)?);
        artifacts.extend(wheel::wheels(release, target)?);
        if target.is_static() {
            artifacts.push(image::image(release, target)?);
        }
    }
    artifacts.extend(npm::packages(release, &one_for_each_platform(targets))?);
    let package = deb::build()?;
    artifacts.push(Artifact {
        name: format!("vestibule_{}_amd64.deb", release.version),
        bytes: std::fs::read(package)?,
    });
    artifacts.push(Artifact {
        name: format!("vestibule-{}.cdx.json", release.version),
        bytes: bill_of_materials(release)?,
    });
    artifacts.extend(manifests::manifests(release, &artifacts)?);
    artifacts.sort_by(|one, other| one.name.cmp(&other.name));
    let folder = PathBuf::from(FOLDER);
    write(&folder, &artifacts)?;
    match key {
        Some(key) => program("minisign")
            .args(["-S", "-s", key, "-m"])
            .arg(folder.join(CHECKSUMS))
            .run()
            .hint("the package `minisign`, and the secret key of the release")?,
        None => println!("{CHECKSUMS} is not signed: `--sign KEY` signs it with minisign"),
    }
    Ok(folder)
}

/// The bill of materials, without what differs in every run.
fn bill_of_materials(release: &Release) -> Result<Vec<u8>> {
    let mut list: Value = serde_json::from_str(&sbom::read()?)?;
    if let Some(members) = list.as_object_mut() {
        members.remove("serialNumber");
    }
    list["metadata"]["timestamp"] = release.rfc3339.clone().into();
    sort_arrays(&mut list);
    Ok(serde_json::to_vec_pretty(&list)?)
}

/// The arrays of the list are sets, in another order in every run.
fn sort_arrays(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort_arrays);
            items.sort_by_cached_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort_arrays),
        _ => {}
    }
}

/// The archive with both programs, man pages, completion scripts and licenses.
fn archive(release: &Release, target: &Target, generated: &Path) -> Result<Artifact> {
    let name = format!("vestibule-{}-{}", release.version, target.triple);
    let mut entries = Vec::new();
    for program in ["vestibule", "vestibule-emulator"] {
        let program = target.program(program);
        entries.push(Entry { path: format!("{name}/bin/{}", program.path), ..program });
    }
    let man = generated.join("man");
    entries.extend(files(&man, &format!("{name}/share/man/man1"))?);
    for (_, script) in program_files::COMPLETIONS {
        let path = format!("{name}/share/completions/{script}");
        entries.push(Entry::file(path, std::fs::read(generated.join(script))?));
    }
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"] {
        entries.push(Entry::file(format!("{name}/{file}"), std::fs::read(file)?));
    }
    let (suffix, bytes) = if target.is_windows() {
        ("zip", archive::zip(&entries)?)
    } else {
        ("tar.gz", archive::gzip(&archive::tar(&entries, release.time)?)?)
    };
    Ok(Artifact { name: format!("{name}.{suffix}"), bytes })
}

/// The targets, and of two for one platform the static one.
fn one_for_each_platform(targets: &[Target]) -> Vec<&Target> {
    let platform = |target: &Target| (target.node_os(), target.node_cpu());
    targets
        .iter()
        .filter(|target| {
            target.is_static()
                || !targets
                    .iter()
                    .any(|other| other.is_static() && platform(other) == platform(target))
        })
        .collect()
}

/// The files below `folder`, as entries below `prefix`; those in `bin` are programs.
fn files(folder: &Path, prefix: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for file in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let inner = format!("{prefix}/{name}");
        if path.is_dir() {
            // Python leaves compiled modules beside the sources.
            if name != "__pycache__" {
                entries.extend(files(&path, &inner)?);
            }
        } else {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            let is_executable = folder.ends_with("bin");
            entries.push(Entry { path: inner, is_executable, bytes });
        }
    }
    Ok(entries)
}

/// Makes the folder anew, with the artifacts and their checksums.
fn write(folder: &Path, artifacts: &[Artifact]) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut checksums = Vec::new();
    for Artifact { name, bytes } in artifacts {
        std::fs::write(folder.join(name), bytes).with_context(|| name.clone())?;
        println!("{:>10}  {name}", bytes.len());
        checksums.push(format!("{}  {name}\n", sha256(bytes)));
    }
    std::fs::write(folder.join(CHECKSUMS), checksums.concat()).context(CHECKSUMS)
}
