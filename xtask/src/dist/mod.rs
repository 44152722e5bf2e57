//! `cargo xtask dist`: all that a release consists of, in one folder.
//!
//! Two runs on the same commit with the same compiler make the same bytes.

mod archive;
pub(crate) mod figures;
mod image;
mod java;
mod manifests;
mod materials;
pub(crate) mod newcomers;
mod npm;
mod packages;
mod release;
mod sign;
mod wheel;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::args::Args;
use crate::packages::release_binary;
use crate::program_files;
use crate::report::{Hint as _, report};
use crate::run::{cargo, program};
use crate::{Command, cross, end_to_end, sbom};
use archive::Entry;
use cross::{PROGRAMS, Program};
use release::{Artifact, Release, Target, left_out, sha256};

pub(crate) const COMMAND: Command = Command {
    name: "dist",
    takes: "[--target TRIPLE] … [--programs TRIPLE=DIR] … [--sign KEY] [--try [--write]] | --check",
    about: "make all files of a release, for every target or for these; --try installs each, and signs in; --write writes the figures into docs/install.md; --check does so for archive, wheels and npm packages with the programs of tests (1 min)",
    run: |mut args: Args| {
        if args.flag("--check") {
            args.finish()?;
            return check();
        }
        let install = args.flag("--try");
        let write = args.flag("--write");
        let key = args.value("--sign")?;
        let mut targets = Vec::new();
        while let Some(programs) = args.value("--programs")? {
            let (triple, folder) =
                programs.split_once('=').context("--programs takes TRIPLE=DIR")?;
            targets.push(Target::read(triple, folder.as_ref())?);
        }
        let mut wanted = Vec::new();
        while let Some(triple) = args.value("--target")? {
            wanted.push(triple);
        }
        args.finish()?;
        ensure!(
            key.is_none() || program("git").args(["status", "--porcelain"]).read()?.is_empty(),
            "a release is signed only from a commit, but there are uncommitted changes\nhint: commit them"
        );
        if targets.is_empty() && wanted.is_empty() {
            wanted = cross::RELEASES.iter().map(|(triple, _)| (*triple).to_owned()).collect();
        }
        let release = Release::read()?;
        if !wanted.is_empty() {
            // A tool that is missing is found before the programs are built, which takes an hour.
            cross::require(FOR_FILES)?;
            cross::require(if install { FOR_TRIAL } else { &[] })?;
            sbom::require()?;
        }
        for triple in &wanted {
            targets.push(build(triple)?);
        }
        release.check_commit()?;
        for line in left_out(&targets) {
            println!("{line}");
        }
        let (folder, findings) = make(&release, &targets)?;
        let checksums = folder.join(CHECKSUMS);
        match key {
            Some(key) => sign::sign(&checksums, key.as_ref(), &release.version)?,
            None => println!("{CHECKSUMS} is not signed: `--sign KEY` signs it with minisign"),
        }
        if install {
            sign::try_out(&checksums, &release.version)?;
            let triples: Vec<_> = targets.iter().map(|target| target.triple.as_str()).collect();
            let figures = end_to_end::try_out(&folder, &triples)?;
            if write {
                figures::write_artifacts(&targets, &folder, &figures)?;
            }
        }
        report("dist", &findings)
    },
};

/// Packages of Debian with the tools that make the files.
const FOR_FILES: &[&str] = &["default-jdk-headless", "help2man", "rpm"];

/// Packages of Debian with the tools that install the files. Node.js has other sources too, so its package is
/// not among them.
const FOR_TRIAL: &[&str] = &[
    "bubblewrap",
    "fakeroot",
    "file",
    "golang-go",
    // makepkg unpacks with its `bsdtar`.
    "libarchive-tools",
    "makepkg",
    "minisign",
    "nix-bin",
    "pacman-package-manager",
    "python3-venv",
    "ruby",
    "runc",
    "skopeo",
    "umoci",
];

const FOLDER: &str = "target/dist";
const CHECKSUMS: &str = "SHA256SUMS";

/// Builds the programs for a target.
fn build(triple: &str) -> Result<Target> {
    let release = cross::RELEASES.iter().find(|(known, _)| *known == triple);
    let (_, build) = release.with_context(|| format!("no target `{triple}`")).hint(
        "see `RELEASES` in xtask/src/cross/release.rs; `--programs` takes what was built elsewhere",
    )?;
    Target::read(triple, &build()?)
}

/// Makes all artifacts and their checksums. Returns their folder, and findings about files that are too large.
fn make(release: &Release, targets: &[Target]) -> Result<(PathBuf, Vec<String>)> {
    let mut artifacts = with_programs(release, targets)?;
    artifacts.extend(java::archives(release)?);
    artifacts.extend(materials::bills(release, targets)?);
    let folder = PathBuf::from(FOLDER);
    let artifacts = write(release, &folder, artifacts)?;
    let programs = targets.iter().map(Target::large_program);
    Ok((folder, programs.chain(artifacts.iter().map(large_wheel)).flatten().collect()))
}

/// Makes the artifacts that contain programs.
fn with_programs(release: &Release, targets: &[Target]) -> Result<Vec<Artifact>> {
    let generated = generate(release, targets)?;
    let mut artifacts = Vec::new();
    for target in targets {
        artifacts.push(archive(release, target, &generated)?);
        artifacts.extend(wheel::wheels(release, target)?);
        if target.is_static() {
            artifacts.extend(packages::packages(release, target, &generated)?);
        }
    }
    let static_targets: Vec<_> = targets.iter().filter(|target| target.is_static()).collect();
    if !static_targets.is_empty() {
        artifacts.push(image::image(release, &static_targets)?);
    }
    artifacts.extend(npm::packages(release, &one_for_each_platform(targets))?);
    Ok(artifacts)
}

/// Makes the archive, the wheels and the npm packages, and installs them. They contain scripts that run
/// the debug builds of the programs, since compressing these programs would take minutes.
fn check() -> Result<()> {
    end_to_end::build()?;
    let keychain = ["--package", "vestibule-keychain", "--features", "system"];
    cargo(["build", "--quiet"]).args(keychain).run()?;
    let programs = std::path::absolute("target/dist-check-programs")?;
    std::fs::create_dir_all(&programs).with_context(|| programs.display().to_string())?;
    let built = std::path::absolute("target/debug")?;
    for name in PROGRAMS.map(|program| program.name) {
        let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", built.join(name).display());
        std::fs::write(programs.join(name), script).with_context(|| name.to_owned())?;
    }
    let targets = [Target::read(CHECKED, &programs)?];
    let release = Release::read()?;
    let folder = Path::new("target/dist-check");
    write(&release, folder, with_programs(&release, &targets)?)?;
    end_to_end::try_out_archives(folder)
}

/// The target of [`check`].
const CHECKED: &str = "x86_64-unknown-linux-gnu";

/// Returns a finding for a wheel that is too large.
fn large_wheel(Artifact { name, bytes }: &Artifact) -> Option<String> {
    const MOST_BYTES: usize = 3_000_000;
    let is_large = name.contains("-py3-none-") && MOST_BYTES < bytes.len();
    is_large.then(|| format!("{name}: {} bytes, over {MOST_BYTES}", bytes.len()))
}

/// Writes man pages and completion scripts by programs that run on this machine, and returns their folder.
fn generate(release: &Release, targets: &[Target]) -> Result<PathBuf> {
    let folder = PathBuf::from("target/dist-files");
    let programs = native_programs(targets)?;
    program_files::write(&programs.join("vestibule"), &folder)?;
    // The pages of `vestibule` are by itself; the help of the others is one page each.
    for Program { name, about, .. } in PROGRAMS.iter().filter(|it| it.name != "vestibule") {
        program("help2man")
            .args(["--no-info", "--name", about, "--output"])
            .arg(folder.join(format!("man/{name}.1")))
            .arg(programs.join(name))
            .env("SOURCE_DATE_EPOCH", release.time.to_string())
            .run()
            .hint("the package `help2man`")?;
    }
    Ok(folder)
}

/// Returns a folder with all programs for this machine: those of a target, or else built for it.
fn native_programs(targets: &[Target]) -> Result<PathBuf> {
    if let Some(target) = targets.iter().find(|target| target.runs_here()) {
        let folder = PathBuf::from("target/dist-programs");
        unpack(&target.programs("").collect::<Vec<_>>(), 0, &folder)?;
        return Ok(folder);
    }
    for Program { package, features, .. } in &PROGRAMS {
        let build = cargo(["build", "--release", "--locked", "--package", package]);
        build.args(["--features", features]).run()?;
    }
    let vestibule = release_binary("vestibule")?;
    Ok(vestibule.parent().context("no folder")?.to_owned())
}

/// The archive with all programs, man pages, completion scripts and licenses.
fn archive(release: &Release, target: &Target, generated: &Path) -> Result<Artifact> {
    let name = format!("vestibule-{}-{}", release.version, target.triple);
    let mut entries: Vec<Entry> = target.programs(&format!("{name}/bin/")).collect();
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

/// Returns one target for each platform: the static one, if there are two.
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
        let inner = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            // Python leaves compiled modules beside the sources.
            if name != "__pycache__" {
                entries.extend(files(&path, &inner)?);
            }
        } else {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            let is_program = folder.ends_with("bin");
            let entry = if is_program { Entry::program } else { Entry::file };
            entries.push(entry(inner, bytes));
        }
    }
    Ok(entries)
}

/// Replaces the folder by one with these files.
fn unpack(entries: &[Entry], time: u64, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let archive = folder.with_extension("tar");
    std::fs::write(&archive, archive::tar(entries, time)?)?;
    let tar = program("tar").args(["--extract", "--preserve-permissions", "--no-same-owner"]);
    tar.arg("--file").arg(&archive).arg("--directory").arg(folder).run()?;
    Ok(std::fs::remove_file(&archive)?)
}

/// Replaces the folder by one with the artifacts, the manifests of package managers, and all checksums.
fn write(release: &Release, folder: &Path, artifacts: Vec<Artifact>) -> Result<Vec<Artifact>> {
    let mut artifacts = artifacts;
    artifacts.extend(manifests::manifests(release, &artifacts)?);
    artifacts.sort_by(|one, other| one.name.cmp(&other.name));
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut checksums = Vec::new();
    for Artifact { name, bytes } in &artifacts {
        std::fs::write(folder.join(name), bytes).with_context(|| name.clone())?;
        println!("{:>10}  {name}", bytes.len());
        checksums.push(format!("{}  {name}\n", sha256(bytes)));
    }
    std::fs::write(folder.join(CHECKSUMS), checksums.concat()).context(CHECKSUMS)?;
    Ok(artifacts)
}
