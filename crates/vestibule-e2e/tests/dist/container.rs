//! Containers of the release's images, by skopeo, umoci and runc.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use vestibule_e2e::process;
use vestibule_e2e::test_env::CONFIG;

/// A running container, whose process is the emulator. It stops when this is dropped.
pub(crate) struct Container {
    state: PathBuf,
    url: String,
    emulator: Child,
}

const NAME: &str = "vestibule";

/// Where the container finds the configuration.
const CONFIG_FILE: &str = "/etc/aws-config";

impl Container {
    /// Unpacks the image below this folder, and starts the emulator in it.
    pub(crate) fn start(image: &Path, folder: &Path) -> Result<Self> {
        let bundle = unpack(image, "amd64", folder)?;
        let [state, config] = ["state", "config"].map(|name| folder.join(name));
        fs::write(&config, CONFIG)?;
        configure(&bundle.join("config.json"), &config)?;
        // It exits when our end of its stdin is closed, however this process ends.
        let mut emulator = runc(&state)
            .args(["run", "--bundle"])
            .arg(&bundle)
            .arg(NAME)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("runc")?;
        let mut line = String::new();
        if let Some(stdout) = emulator.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let ready: Value =
            serde_json::from_str(&line).context("the container exited before it was ready")?;
        let url = ready["http"].as_str().context("no `http` in the emulator's first line")?;
        Ok(Self { state, url: url.to_owned(), emulator })
    }

    /// Returns a command that runs `vestibule` in the container.
    pub(crate) fn vestibule(&self) -> Command {
        let mut command = runc(&self.state);
        command
            .arg("exec")
            .args(["--env", &format!("AWS_CONFIG_FILE={CONFIG_FILE}")])
            .args(["--env", &format!("AWS_ENDPOINT_URL={}", self.url)])
            .args([NAME, "/usr/bin/vestibule"]);
        command
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(self.emulator.stdin.take());
        let _ = self.emulator.wait();
    }
}

/// Unpacks the image for a processor below this folder, and returns the folder of the container: the
/// files are in its `rootfs`.
pub(crate) fn unpack(image: &Path, processor: &str, folder: &Path) -> Result<PathBuf> {
    let [layout, bundle] = ["layout", "bundle"].map(|name| folder.join(name));
    process::stdout(
        Command::new("skopeo")
            .args(["--override-arch", processor, "copy", "--quiet"])
            .arg(format!("oci-archive:{}", image.display()))
            .arg(format!("oci:{}:{NAME}", layout.display())),
    )?;
    process::stdout(
        Command::new("umoci")
            .args(["unpack", "--image", &format!("{}:{NAME}", layout.display())])
            .arg(&bundle),
    )?;
    Ok(bundle)
}

/// Starts the emulator instead of the image's program, with a file of this machine.
fn configure(specification: &Path, config: &Path) -> Result<()> {
    let mut container = read_json(specification)?;
    container["process"]["terminal"] = false.into();
    container["process"]["args"] =
        json!(["/usr/bin/vestibule-emulator", "--until-eof", "--auto-approve"]);
    let mount = json!({
        "destination": CONFIG_FILE,
        "source": config,
        "type": "bind",
        "options": ["bind", "ro"],
    });
    container["mounts"].as_array_mut().context("no mounts")?.push(mount);
    fs::write(specification, container.to_string()).context("config.json")
}

fn runc(state: &Path) -> Command {
    let mut command = Command::new("runc");
    command.arg("--root").arg(state);
    command
}

fn read_json(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}
