//! Installs the release as its readers do, in clean roots of Debian: `cargo xtask newcomers`.
//!
//! Each has the commands of `docs/install.md`, and nothing but the tool that they begin with.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use vestibule_e2e::process;
use vestibule_e2e::test_env::TestEnv;

use super::{LIMIT, native_archive, record, release, unpacked_emulator};

/// Names the folder of the roots that xtask has made.
const ROOTS: &str = "VESTIBULE_ROOTS";

/// Names the ways that are tried, by how their names begin; all of them if it is not set.
const ONLY: &str = "VESTIBULE_WAY";

/// A way of installation.
struct Way {
    name: &'static str,
    /// The root that it starts from.
    root: &'static str,
    /// What users have or do before: not measured.
    before: &'static str,
    /// What they type first; empty if the programs need no installation.
    install: &'static str,
    /// How they call the program.
    vestibule: &'static str,
    /// Whether all of it must take less than `LIMIT`.
    is_limited: bool,
}

/// `{v}` is the version. The folder with the files of the release is the working directory.
const WAYS: [Way; 12] = [
    Way {
        name: "archive",
        root: "base",
        before: "",
        install: "tar --extract --file vestibule-{v}-x86_64-unknown-linux-musl.tar.gz --directory /usr/local --strip-components 1",
        vestibule: "vestibule",
        is_limited: true,
    },
    Way {
        name: "apt",
        root: "base",
        before: "",
        install: "apt-get install --yes ./vestibule_{v}_amd64.deb",
        vestibule: "vestibule",
        is_limited: true,
    },
    Way {
        name: "dnf",
        root: "rpm",
        before: "",
        install: "dnf install --assumeyes --nogpgcheck ./vestibule-{v}-1.x86_64.rpm",
        vestibule: "vestibule",
        is_limited: true,
    },
    Way {
        name: "makepkg",
        root: "arch",
        // makepkg refuses to be root, and asks sudo for the installation.
        before: "useradd user; echo 'user ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/user; \
                 cp --recursive . /build; chown --recursive user /build; cd /build",
        install: "su user --command 'makepkg --install --noconfirm'",
        vestibule: "vestibule",
        is_limited: true,
    },
    Way {
        name: "pip",
        root: "python",
        before: "python3 -m venv /venv",
        install: "/venv/bin/pip install ./vestibule-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        vestibule: "/venv/bin/vestibule",
        is_limited: true,
    },
    Way {
        name: "pipx",
        root: "python",
        // Its first package of all takes as long as pipx needs to install pip for itself.
        before: "pipx install ./vestibule_emulator-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        install: "pipx install ./vestibule-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        vestibule: "/root/.local/bin/vestibule",
        is_limited: true,
    },
    Way {
        name: "pipx, the first package",
        root: "python",
        before: "",
        install: "pipx install ./vestibule-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        vestibule: "/root/.local/bin/vestibule",
        is_limited: false,
    },
    Way {
        name: "uv",
        root: "python",
        before: "",
        install: "uv tool install ./vestibule-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        vestibule: "/root/.local/bin/vestibule",
        is_limited: true,
    },
    Way {
        name: "uvx",
        root: "python",
        before: "",
        install: "",
        vestibule: "uvx --from ./vestibule-{v}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl vestibule",
        is_limited: true,
    },
    Way {
        name: "npm",
        root: "node",
        before: "",
        install: "npm install --global ./npm-vestibule-{v}.tgz ./npm-vestibule-cli-linux-x64-{v}.tgz",
        vestibule: "vestibule",
        is_limited: true,
    },
    Way {
        name: "npx",
        root: "node",
        before: "",
        install: "",
        vestibule: "npx --yes --package ./npm-vestibule-{v}.tgz --package ./npm-vestibule-cli-linux-x64-{v}.tgz vestibule",
        is_limited: true,
    },
    Way {
        name: "cargo",
        root: "rust",
        before: "mkdir --parents /root/.cargo; \
                 printf '[source]\\ncrates-io.replace-with = \"crates\"\\ncrates.directory = \"/crates\"\\n' \
                 > /root/.cargo/config.toml",
        install: "cargo install vestibule-cli --locked",
        vestibule: "/root/.cargo/bin/vestibule",
        // It compiles.
        is_limited: false,
    },
];

/// The emulator is on the network of this machine, and the configuration in the home folder.
#[test]
fn every_way_of_installation_leads_to_credentials() -> Result<()> {
    let roots = std::env::var_os(ROOTS).with_context(|| format!("{ROOTS} is not set"))?;
    let emulator = unpacked_emulator()?;
    let version = version()?;
    let only = std::env::var(ONLY).unwrap_or_default();
    let mut failures = Vec::new();
    for way in WAYS.iter().filter(|way| way.name.starts_with(&only)) {
        let emulator = emulator.path().join("vestibule-emulator");
        let env = TestEnv::start_program(&emulator, &["--auto-approve"])?;
        let text = script(way).replace("{v}", &version);
        let command = &mut in_root(&Path::new(&roots).join(way.root), &env, &text)?;
        let result = process::stdout(command).and_then(|printed| check(way, &printed));
        failures.extend(result.err().map(|error| format!("{}: {error:#}", way.name)));
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

/// Checks what the commands of a way have printed.
fn check(way: &Way, printed: &str) -> Result<()> {
    ensure!(printed.contains("ASIA"), "no credentials:\n{printed}");
    let mut lines = printed.lines().rev();
    let milliseconds = lines.next().and_then(|line| line.strip_prefix("took "));
    let took = Duration::from_millis(milliseconds.context("no time")?.parse()?);
    let processor = lines.next().and_then(processor_seconds).context("no time of the processor")?;
    let commands = if way.install.is_empty() { 2 } else { 3 };
    println!(
        "{}: {commands} commands, {:.1} s, of which the processor worked {processor:.1} s",
        way.name,
        took.as_secs_f64()
    );
    record(&json!({
        "way": way.name,
        "commands": commands,
        "seconds": took.as_secs_f64(),
        "processor": processor,
    }))?;
    ensure!(took < LIMIT || !way.is_limited, "{:.1} s", took.as_secs_f64());
    Ok(())
}

/// Returns the sum of `0m1.50s 0m0.25s`: the time that `times` of the shell gives for children.
fn processor_seconds(times: &str) -> Option<f64> {
    let seconds = |time: &str| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    times.split(' ').map(seconds).sum()
}

fn script(way: &Way) -> String {
    let Way { before, install, vestibule, .. } = way;
    format!(
        "cd /release; {before}\n\
         start=$(date +%s%N)\n\
         ({install}\n\
         {vestibule} login --use-device-code --no-browser\n\
         {vestibule} export-credentials\n\
         times)\n\
         echo took $(( ($(date +%s%N) - start) / 1000000 ))\n"
    )
}

/// Returns a command that runs a script in a copy of this root, which is gone when it ends.
fn in_root(root: &Path, env: &TestEnv, script: &str) -> Result<Command> {
    let home = env.home().display().to_string();
    let release = release()?.display().to_string();
    let outside = format!(
        "mount -t tmpfs tmpfs /mnt\n\
         mkdir /mnt/upper /mnt/work /mnt/root\n\
         mount -t overlay overlay -o 'lowerdir={},upperdir=/mnt/upper,workdir=/mnt/work' /mnt/root\n\
         cd /mnt/root\n\
         mkdir --parents release crates root/.aws etc/ssl/certs\n\
         cp '{home}/.aws/config' root/.aws\n\
         cp /etc/resolv.conf etc\n\
         ln --symbolic --force /proc/self/mounts etc/mtab\n\
         cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs\n\
         mount --bind '{release}' release\n\
         mount --bind '{}' crates\n\
         mount --bind /dev dev\n\
         mount -t proc proc proc\n\
         exec chroot . env --ignore-environment HOME=/root DEBIAN_FRONTEND=noninteractive \
         NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
         PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
         AWS_ENDPOINT_URL='{}' sh -euc \"$SCRIPT\"\n",
        root.display(),
        root.with_file_name("crates").display(),
        env.url(),
    );
    let mut command = Command::new("unshare");
    command.args(["--mount", "--pid", "--fork", "sh", "-euc", &outside]).env("SCRIPT", script);
    Ok(command)
}

/// Returns the version of the release.
fn version() -> Result<String> {
    let name = super::name(&native_archive()?);
    let version = name.split('-').nth(1).context("no version in the name of the archive")?;
    Ok(version.to_owned())
}
