//! Installs every file of a release in a folder of its own, and signs in with it: `cargo xtask dist --try`.
#![expect(clippy::print_stdout, reason = "the figures are for the developer who releases")]

mod clean_root;
mod container;
mod manifests;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use vestibule_e2e::test_env::TestEnv;
use vestibule_e2e::{peers, process};

use clean_root::CleanRoot;
use container::Container;

/// Names the folder of the release.
const VARIABLE: &str = "VESTIBULE_DIST";

/// From the start of the installation to the first credentials.
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn archives_sign_in() -> Result<()> {
    for archive in artifacts(".tar.gz")? {
        let installation = Installation::new(&archive)?;
        unpack(&archive, installation.path())?;
        let name = name(&archive);
        let programs = installation.path().join(name.trim_end_matches(".tar.gz")).join("bin");
        installation.sign_in(&programs)?;
    }
    Ok(())
}

#[test]
fn wheels_sign_in_and_their_fixture_starts_the_emulator() -> Result<()> {
    for wheel in artifacts(".whl")?.iter().filter(|wheel| name(wheel).starts_with("vestibule-")) {
        let emulator = wheel.with_file_name(name(wheel).replacen('-', "_emulator-", 1));
        let installation = Installation::new(wheel)?;
        let venv = installation.path().join("venv");
        process::stdout(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let python = venv.join("bin/python");
        process::stdout(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--no-index"])
                .args([wheel, &emulator]),
        )?;
        installation.sign_in(&venv.join("bin"))?;
        process::stdout(
            Command::new(&python)
                .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
                .arg(client("test_fixture.py"))
                .env("PYTHONPATH", peers::folder("pytest")?)
                .env("PYTHONDONTWRITEBYTECODE", "1"),
        )?;
        process::stdout(Command::new(&python).args(["-m", "vestibule", "--version"]))?;
    }
    Ok(())
}

#[test]
fn npm_packages_sign_in_and_serve_the_aws_sdk() -> Result<()> {
    let packages = artifacts(".tgz")?;
    let installation = Installation::new(packages.first().context("no npm package")?)?;
    let folder = installation.path();
    std::fs::write(folder.join("package.json"), r#"{"private": true}"#)?;
    process::stdout(
        Command::new("npm")
            .args(["install", "--offline", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder)
            .args(&packages),
    )?;
    let programs = folder.join("node_modules/.bin");
    let env = installation.sign_in(&programs)?;
    process::stdout(env.program(&programs.join("vestibule")).arg("logout"))?;
    let clients = peers::folder("js")?.join("node_modules");
    for entry in std::fs::read_dir(&clients)? {
        let package = entry?.file_name();
        let link = folder.join("node_modules").join(&package);
        if !link.exists() {
            std::os::unix::fs::symlink(clients.join(&package), link)?;
        }
    }
    let script = folder.join("provider.mjs");
    std::fs::copy(client("provider.mjs"), &script)?;
    process::stdout(env.program(Path::new("node")).arg(script))?;
    Ok(())
}

/// As its own user, in namespaces in which nothing of this machine is found.
#[test]
fn images_sign_in() -> Result<()> {
    for image in artifacts(".oci.tar")? {
        let installation = Installation::new(&image)?;
        let container = Container::start(&image, installation.path())?;
        installation.check_sign_in(|| container.vestibule())?;
    }
    Ok(())
}

#[test]
fn debian_package_is_installed_signs_in_and_is_removed() -> Result<()> {
    for package in artifacts(".deb")? {
        let installation = Installation::new(&package)?;
        let root = CleanRoot::new(installation.path())?;
        for file in ["status", "available"] {
            root.write(&format!("var/lib/dpkg/{file}"), "")?;
        }
        for folder in ["info", "updates", "triggers"] {
            root.create_folder(&format!("var/lib/dpkg/{folder}"))?;
        }
        let dpkg = |arguments: &[&OsStr]| {
            let option = root.option("--root=");
            let log = "--force-not-root,bad-path";
            process::stdout(CleanRoot::installer("dpkg").arg(option).arg(log).args(arguments))
        };
        dpkg(&["--install".as_ref(), package.as_ref()])?;
        root.check_files(&["usr/share/zsh/vendor-completions/_vestibule"])?;
        installation.sign_in(&root.programs()?)?;
        dpkg(&["--purge".as_ref(), "vestibule".as_ref()])?;
        root.check_empty()?;
    }
    Ok(())
}

#[test]
fn rpm_is_installed_signs_in_and_is_removed() -> Result<()> {
    for package in artifacts(".rpm")? {
        let installation = Installation::new(&package)?;
        let root = CleanRoot::new(installation.path())?;
        let rpm = |arguments: &[&OsStr]| {
            let mut command = CleanRoot::installer("rpm");
            command.arg(root.option("--root=")).args(["--dbpath", "/var/lib/rpm"]);
            // Debian's own database does not know what RPM installs.
            if Path::new("/etc/debian_version").exists() {
                command.arg("--force-debian");
            }
            process::stdout(command.args(arguments))
        };
        rpm(&["--install".as_ref(), package.as_ref()])?;
        root.check_files(&["usr/share/zsh/site-functions/_vestibule"])?;
        installation.sign_in(&root.programs()?)?;
        rpm(&["--erase".as_ref(), "vestibule".as_ref()])?;
        root.check_empty()?;
    }
    Ok(())
}

/// The module of Go is not in the release: it is the folder of the tag.
#[test]
fn go_module_starts_the_emulator() -> Result<()> {
    let emulator = unpacked_emulator()?;
    process::stdout(
        Command::new("go")
            .args(["test", "-count=1", "./..."])
            .current_dir(peers::workspace("packaging/go"))
            .env("VESTIBULE_EMULATOR", emulator.path().join("vestibule-emulator"))
            .env("GOTOOLCHAIN", "local"),
    )?;
    Ok(())
}

#[test]
fn java_class_starts_the_emulator() -> Result<()> {
    let emulator = unpacked_emulator()?;
    for archive in artifacts(".jar")? {
        if !name(&archive).contains("sources") {
            process::stdout(
                Command::new("java")
                    .arg("-cp")
                    .arg(archive)
                    .arg(client("EmulatorTest.java"))
                    .arg(peers::workspace("packaging/go/testdata/emulator.toml"))
                    .env("VESTIBULE_EMULATOR", emulator.path().join("vestibule-emulator")),
            )?;
        }
    }
    Ok(())
}

/// Returns a folder with the emulator of the first archive.
fn unpacked_emulator() -> Result<TempDir> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let archives = artifacts(".tar.gz")?;
    let archive = archives.first().context("no archive")?;
    unpack(archive, folder.path())?;
    let programs = name(archive);
    let programs = folder.path().join(programs.trim_end_matches(".tar.gz")).join("bin");
    let emulator = "vestibule-emulator";
    std::fs::rename(programs.join(emulator), folder.path().join(emulator))?;
    Ok(folder)
}

#[test]
fn checksums_are_those_of_the_files() -> Result<()> {
    process::stdout(
        Command::new("sha256sum")
            .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
            .current_dir(release()?),
    )?;
    Ok(())
}

/// A folder in which one file of the release is installed.
struct Installation {
    folder: TempDir,
    name: String,
    start: Instant,
}

impl Installation {
    fn new(artifact: &Path) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        Ok(Self { folder, name: name(artifact), start: Instant::now() })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Signs in with the installed programs, and exports credentials.
    fn sign_in(&self, programs: &Path) -> Result<TestEnv> {
        let emulator = programs.join("vestibule-emulator");
        let env = TestEnv::start_program(&emulator, &["--auto-approve"])?;
        self.check_sign_in(|| env.program(&programs.join("vestibule")))?;
        Ok(env)
    }

    /// Signs in with this program, whose emulator runs, and exports credentials.
    fn check_sign_in(&self, vestibule: impl Fn() -> Command) -> Result<()> {
        process::stdout(vestibule().args(["login", "--use-device-code", "--no-browser"]))?;
        let printed = process::stdout(vestibule().arg("export-credentials"))?;
        let credentials: Value = serde_json::from_str(&printed)?;
        let key = credentials["AccessKeyId"].as_str().unwrap_or_default();
        ensure!(key.starts_with("ASIA"), "{}: no access key id", self.name);
        let took = self.start.elapsed();
        println!("{}: credentials {:.1} s after installation began", self.name, took.as_secs_f64());
        ensure!(took < LIMIT, "{}: more than {} s", self.name, LIMIT.as_secs());
        Ok(())
    }
}

fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    process::stdout(
        Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(archive)
            .arg("--directory")
            .arg(folder),
    )
    .map(drop)
}

fn release() -> Result<PathBuf> {
    let folder = std::env::var_os(VARIABLE);
    folder
        .map(PathBuf::from)
        .with_context(|| format!("{VARIABLE} is not set: `cargo xtask dist --try`"))
}

/// Returns the files of the release that end with `suffix` and run on this machine, sorted.
fn artifacts(suffix: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(release()?)? {
        let path = entry?.path();
        let foreign = ["windows", "win_", "win32", "aarch64", "arm64", "darwin", "macos"];
        let name = name(&path);
        if name.ends_with(suffix) && !foreign.iter().any(|platform| name.contains(platform)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn client(name: &str) -> PathBuf {
    peers::workspace("crates/vestibule-e2e/tests/dist/clients").join(name)
}
