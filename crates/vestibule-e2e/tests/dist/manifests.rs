//! The manifests of package managers, checked by the managers' own tools and by published schemas.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use vestibule_e2e::{peers, process};

use super::clean_root::CleanRoot;
use super::platform::Platform;
use super::{Installation, artifacts, client, name, native_archive, release};

#[test]
fn formula_signs_in_on_each_processor() -> Result<()> {
    for (platform, processor) in [(Platform::Native, "x86_64"), (Platform::Arm64, "arm64")] {
        if has_archive(platform)? {
            let formula = release()?.join("vestibule.rb");
            let installation = Installation::on(&formula, platform)?;
            let prefix = installation.path().join("prefix");
            process::stdout(
                Command::new("ruby")
                    .args([client("formula.rb"), formula, release()?])
                    .args(["linux", processor])
                    .arg(&prefix),
            )?;
            installation.sign_in(&prefix.join("bin"))?;
        }
    }
    Ok(())
}

#[test]
fn nix_expression_is_built_and_signs_in_on_each_processor() -> Result<()> {
    for (platform, system) in
        [(Platform::Native, "x86_64-linux"), (Platform::Arm64, "aarch64-linux")]
    {
        if has_archive(platform)? {
            let expression = release()?.join("vestibule.nix");
            let installation = Installation::on(&expression, platform)?;
            let folder = installation.path();
            let release = release()?.display().to_string();
            let mut build = Command::new("nix-build");
            build
                .arg(client("nixpkgs.nix"))
                .args(["--argstr", "release", &release, "--argstr", "system", system])
                .arg("--out-link")
                .arg(folder.join("result"))
                // It remembers in which store a download is, and this store is new.
                .env("XDG_CACHE_HOME", folder.join("cache"))
                .env(
                    "NIX_CONFIG",
                    format!(
                        "sandbox = false\nsubstituters =\nbuild-users-group =\nsystem = {system}"
                    ),
                );
            for name in ["STORE", "STATE", "LOG", "CONF", "LOCALSTATE"] {
                build.env(format!("NIX_{name}_DIR"), folder.join("nix").join(name));
            }
            process::stdout(&mut build)?;
            installation.sign_in(&folder.join("result/bin"))?;
        }
    }
    Ok(())
}

/// Whether the release has an archive for this platform of Linux.
fn has_archive(platform: Platform) -> Result<bool> {
    let archives = artifacts("linux-musl.tar.gz")?;
    Ok(archives.iter().any(|archive| Platform::from_name(&name(archive)) == Some(platform)))
}

/// Made by makepkg, which compares the checksum of the archive, and installed by pacman.
#[test]
fn pkgbuild_is_installed_signs_in_and_is_removed() -> Result<()> {
    let build = release()?.join("PKGBUILD");
    let made = tempfile::tempdir().context("no temporary folder")?;
    let archive = native_archive()?;
    let archive = archive.as_path();
    std::fs::copy(&build, made.path().join("PKGBUILD"))?;
    std::fs::copy(archive, made.path().join(name(archive)))?;
    // makepkg refuses to be root.
    let mut makepkg = Command::new("unshare");
    makepkg.args(["--user", "--map-user=1000", "makepkg", "--nodeps", "--noprogressbar"]);
    process::stdout(makepkg.current_dir(&made).env("PKGEXT", ".pkg.tar.gz"))?;
    let installation = Installation::new(&build)?;
    let folder = installation.path();
    let root = CleanRoot::new(folder)?;
    root.create_folder("var/lib/pacman")?;
    let pacman = |arguments: &[&str]| {
        let mut command = CleanRoot::installer("pacman");
        command.arg("--root").arg(root.option("")).args(["--noconfirm", "--noscriptlet"]);
        process::stdout(command.current_dir(&made).args(arguments))
    };
    let version = name(archive).replace("-unknown-linux-musl.tar.gz", "");
    let version = version.trim_start_matches("vestibule-").replace('-', "-1-");
    pacman(&["--upgrade", &format!("vestibule-bin-{version}.pkg.tar.gz")])?;
    installation.check_programs(&root.programs(Platform::Native)?)?;
    pacman(&["--remove", "vestibule-bin"])?;
    root.check_empty()
}

/// `cargo binstall` has no mode in which it takes a file of this machine.
#[test]
fn archives_have_the_name_and_the_program_that_binstall_expects() -> Result<()> {
    let metadata = process::stdout(
        Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"])
            .arg(peers::workspace("crates/vestibule-cli/Cargo.toml")),
    )?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.find(|package| package["name"] == "vestibule-cli").context("no cli")?;
    let binstall = &package["metadata"]["binstall"];
    for target in ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"] {
        let text = |key: &str| {
            let overridden = binstall["overrides"][target][key].as_str();
            let template = overridden.or_else(|| binstall[key].as_str()).unwrap_or_default();
            [
                ("{ repo }", package["repository"].as_str().unwrap_or_default()),
                ("{ version }", package["version"].as_str().unwrap_or_default()),
                ("{ target }", target),
                ("{ archive-suffix }", ".tar.gz"),
                ("{ bin }", "vestibule"),
                ("{ binary-ext }", ""),
            ]
            .iter()
            .fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
        };
        let url = text("pkg-url");
        let archive = release()?.join(url.rsplit('/').next().unwrap_or_default());
        let folder = tempfile::tempdir().context("no temporary folder")?;
        super::unpack(&archive, folder.path())?;
        ensure!(folder.path().join(text("bin-dir")).is_file(), "no {}", text("bin-dir"));
    }
    Ok(())
}

#[test]
fn manifests_match_published_schemas() -> Result<()> {
    process::stdout(
        Command::new("python3")
            .arg(client("check_schemas.py"))
            .arg(release()?)
            .args(["docs/test-your-sso-code.md", "docs/emulator.md"].map(peers::workspace))
            .env("PYTHONPATH", peers::folder("schemas")?)
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )?;
    Ok(())
}
