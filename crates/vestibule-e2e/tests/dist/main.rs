//! Installs every file of a release in a folder of its own, and signs in with it: `cargo xtask dist --try`.
#![expect(clippy::print_stdout, reason = "the figures are for the developer who releases")]

mod clean_root;
mod container;
mod manifests;
mod newcomers;
mod platform;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use vestibule_e2e::test_env::TestEnv;
use vestibule_e2e::{peers, process};

use clean_root::CleanRoot;
use container::Container;
use platform::Platform;

/// Names the folder of the release.
const VARIABLE: &str = "VESTIBULE_DIST";

/// Is set where the programs are those of a release, for which there is a limit.
const LIMITED: &str = "VESTIBULE_DIST_LIMITED";

/// Names the file to which figures are appended, for the command that runs the tests.
const FIGURES: &str = "VESTIBULE_FIGURES";

/// From the start of the installation to the first credentials.
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn archives_sign_in() -> Result<()> {
    for archive in [artifacts(".tar.gz")?, artifacts(".zip")?].concat() {
        let installation = Installation::new(&archive)?;
        unpack(&archive, installation.path())?;
        let name = name(&archive);
        let folder = name.trim_end_matches(".zip").trim_end_matches(".tar.gz");
        installation.sign_in(&installation.path().join(folder).join("bin"))?;
    }
    Ok(())
}

#[test]
fn wheels_sign_in_and_their_fixture_starts_the_emulator() -> Result<()> {
    for [wheel, emulator] in wheels(&[Platform::Native])? {
        let installation = Installation::new(&wheel)?;
        let venv = installation.path().join("venv");
        process::stdout(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let python = venv.join("bin/python");
        process::stdout(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--no-index"])
                .args([wheel, emulator]),
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

/// Installed by the pip of this machine, as if for the other one.
#[test]
fn wheels_of_other_platforms_sign_in() -> Result<()> {
    for [wheel, emulator] in wheels(&[Platform::Arm64, Platform::Windows])? {
        let installation = Installation::new(&wheel)?;
        let name = name(&wheel);
        let tag = name.trim_end_matches(".whl").rsplit(['-', '.']).next().unwrap_or_default();
        let folder = installation.path().join("site-packages");
        process::stdout(
            Command::new("python3")
                .args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"])
                .args(["--disable-pip-version-check", "--only-binary", ":all:"])
                .args(["--platform", tag, "--target"])
                .arg(&folder)
                .args([wheel, emulator]),
        )?;
        installation.sign_in(&folder.join("bin"))?;
    }
    Ok(())
}

/// Returns the wheels of the program and of the emulator, for each of these platforms.
fn wheels(platforms: &[Platform]) -> Result<Vec<[PathBuf; 2]>> {
    let mut wheels = artifacts(".whl")?;
    wheels.retain(|wheel| {
        let name = name(wheel);
        name.starts_with("vestibule-")
            && Platform::from_name(&name).is_some_and(|it| platforms.contains(&it))
    });
    let emulator =
        |wheel: &PathBuf| wheel.with_file_name(name(wheel).replacen('-', "_emulator-", 1));
    Ok(wheels.into_iter().map(|wheel| [wheel.clone(), emulator(&wheel)]).collect())
}

#[test]
fn npm_packages_sign_in_and_serve_the_aws_sdk() -> Result<()> {
    let installation = npm_install("linux", "x64")?;
    let folder = installation.path();
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

#[test]
fn npm_packages_of_other_platforms_sign_in() -> Result<()> {
    for (system, processor) in [("linux", "arm64"), ("win32", "x64")] {
        if !npm_packages(system, processor)?.is_empty() {
            let installation = npm_install(system, processor)?;
            // The scripts of npm run with the Node of this machine.
            let programs = installation.path().join("programs");
            std::fs::create_dir(&programs)?;
            for name in ["cli", "emulator"] {
                let package = format!("node_modules/@vestibule/{name}-{system}-{processor}");
                for entry in std::fs::read_dir(installation.path().join(package))? {
                    let entry = entry?;
                    std::fs::rename(entry.path(), programs.join(entry.file_name()))?;
                }
            }
            installation.sign_in(&programs)?;
        }
    }
    Ok(())
}

/// Installs the npm packages of a platform.
fn npm_install(system: &str, processor: &str) -> Result<Installation> {
    let packages = npm_packages(system, processor)?;
    let installation = Installation::new(packages.first().context("no npm package")?)?;
    let folder = installation.path();
    std::fs::write(folder.join("package.json"), r#"{"private": true}"#)?;
    process::stdout(
        Command::new("npm")
            .args(["install", "--offline", "--no-audit", "--no-fund"])
            // npm refuses a file for another platform, even with these options.
            .args(((system, processor) != ("linux", "x64")).then_some("--force"))
            .args(["--os", system, "--cpu", processor, "--prefix"])
            .arg(folder)
            .args(&packages)
            .args(npm_modules()?),
    )?;
    Ok(installation)
}

fn npm_packages(system: &str, processor: &str) -> Result<Vec<PathBuf>> {
    let mut packages = artifacts(".tgz")?;
    packages.retain(|package| name(package).contains(&format!("-{system}-{processor}-")));
    Ok(packages)
}

/// Returns the packages without programs.
fn npm_modules() -> Result<Vec<PathBuf>> {
    let mut packages = artifacts(".tgz")?;
    packages.retain(|package| !["-x64-", "-arm64-"].iter().any(|it| name(package).contains(it)));
    Ok(packages)
}

/// As its own user, in namespaces in which nothing of this machine is found.
#[test]
fn image_signs_in() -> Result<()> {
    for image in artifacts(".oci.tar")? {
        let installation = Installation::new(&image)?;
        let container = Container::start(&image, installation.path())?;
        installation.check_sign_in(|| container.vestibule())?;
    }
    Ok(())
}

#[test]
fn image_for_arm64_signs_in() -> Result<()> {
    if artifacts("aarch64-unknown-linux-musl.tar.gz")?.is_empty() {
        return Ok(());
    }
    for image in artifacts(".oci.tar")? {
        let installation = Installation::on(&image, Platform::Arm64)?;
        let bundle = container::unpack(&image, "arm64", installation.path())?;
        installation.sign_in(&bundle.join("rootfs/usr/bin"))?;
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
            let force = "--force-not-root,bad-path,architecture";
            process::stdout(CleanRoot::installer("dpkg").arg(option).arg(force).args(arguments))
        };
        dpkg(&["--install".as_ref(), package.as_ref()])?;
        root.check_files(&["usr/share/zsh/vendor-completions/_vestibule"])?;
        installation.check_programs(&root.programs(installation.platform)?)?;
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
        rpm(&["--install".as_ref(), "--ignorearch".as_ref(), package.as_ref()])?;
        root.check_files(&["usr/share/zsh/site-functions/_vestibule"])?;
        installation.check_programs(&root.programs(installation.platform)?)?;
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
    let archive = native_archive()?;
    unpack(&archive, folder.path())?;
    let programs = name(&archive);
    let programs = folder.path().join(programs.trim_end_matches(".tar.gz")).join("bin");
    let emulator = "vestibule-emulator";
    std::fs::rename(programs.join(emulator), folder.path().join(emulator))?;
    Ok(folder)
}

/// Returns the archive for this machine.
fn native_archive() -> Result<PathBuf> {
    let is_native = |path: &PathBuf| Platform::from_name(&name(path)) == Some(Platform::Native);
    artifacts(".tar.gz")?.into_iter().find(is_native).context("no archive for this machine")
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
    platform: Platform,
    start: Instant,
}

impl Installation {
    fn new(artifact: &Path) -> Result<Self> {
        let name = name(artifact);
        let platform =
            Platform::from_name(&name).with_context(|| format!("nothing runs {name}"))?;
        Self::on(artifact, platform)
    }

    /// For one platform of an artifact that has several.
    fn on(artifact: &Path, platform: Platform) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        Ok(Self { folder, name: name(artifact), platform, start: Instant::now() })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Signs in with the programs in this folder, and exports credentials.
    fn sign_in(&self, programs: &Path) -> Result<TestEnv> {
        self.check_programs(&self.platform.runnable(programs, self.path())?)
    }

    /// The same for programs that run here.
    fn check_programs(&self, programs: &Path) -> Result<TestEnv> {
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
        let Self { name, platform, .. } = self;
        let seconds = took.as_secs_f64();
        println!("{name}, {platform:?}: credentials {seconds:.1} s after installation began");
        let platform_name = format!("{platform:?}");
        record(&json!({ "artifact": name, "platform": platform_name, "seconds": seconds }))?;
        // An emulated processor or system is slower than those of users, and so are programs of tests.
        let is_limited = *platform == Platform::Native && std::env::var_os(LIMITED).is_some();
        ensure!(took < LIMIT || !is_limited, "{name}: more than {} s", LIMIT.as_secs());
        Ok(())
    }
}

/// Appends figures to the file of the command that runs the tests, if it has one.
fn record(figures: &Value) -> Result<()> {
    let Some(file) = std::env::var_os(FIGURES) else { return Ok(()) };
    let mut file = File::options().create(true).append(true).open(file).context(FIGURES)?;
    writeln!(file, "{figures}").context(FIGURES)
}

fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let mut command = if archive.extension() == Some(OsStr::new("zip")) {
        let mut python = Command::new("python3");
        python.args(["-m", "zipfile", "--extract"]).arg(archive);
        python
    } else {
        let mut tar = Command::new("tar");
        tar.arg("--extract").arg("--file").arg(archive).arg("--directory");
        tar
    };
    process::stdout(command.arg(folder)).map(drop)
}

fn release() -> Result<PathBuf> {
    let folder = std::env::var_os(VARIABLE);
    folder
        .map(PathBuf::from)
        .with_context(|| format!("{VARIABLE} is not set: `cargo xtask dist --try`"))
}

/// Returns the files of the release that end with `suffix` and whose programs run here, sorted.
fn artifacts(suffix: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(release()?)? {
        let path = entry?.path();
        let name = name(&path);
        if name.ends_with(suffix) && Platform::from_name(&name).is_some() {
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
