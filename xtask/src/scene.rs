//! A temporary home with the configuration that AWS documents, and an emulator in front of it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::http::{get, post};
use crate::run::cargo;

/// As AWS documents it, byte for byte.
pub(crate) const CONFIG: &str = "\
[default]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
output = json
[sso-session my-sso]
sso_region = us-east-1
sso_start_url = https://provided-domain.awsapps.com/start
sso_registration_scopes = sso:account:access
";

/// The token file of that configuration.
pub(crate) const TOKEN_FILE: &str = ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";

pub(crate) struct Scene {
    pub(crate) home: PathBuf,
    pub(crate) url: String,
    /// The emulator's CA, as a file.
    pub(crate) ca: PathBuf,
    emulator: Child,
}

impl Scene {
    /// Builds both programs and starts the emulator.
    pub(crate) fn set(name: &str, emulator_args: &[&str]) -> Result<Self> {
        build()?;
        Self::start(name, emulator_args)
    }

    /// Starts the emulator, once both programs are built.
    pub(crate) fn start(name: &str, emulator_args: &[&str]) -> Result<Self> {
        let home = std::env::temp_dir().join(format!("vestibule-{name}-{}", std::process::id()));
        let config = home.join(".aws/config");
        let ca = home.join("ca.pem");
        std::fs::create_dir_all(home.join(".aws"))
            .and_then(|()| std::fs::write(&config, CONFIG))
            .map_err(Failure::at(&config))?;
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            Failure::new(format!("the emulator {what}: {error}"))
        };
        // It ends when our end of its input does, so nothing is left behind however this ends.
        let mut emulator = Command::new(built("vestibule-emulator")?)
            .arg("--until-eof")
            .arg("--ca-file")
            .arg(&ca)
            .args(emulator_args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("cannot be run", &error))?;
        let mut line = String::new();
        if let Some(stdout) = emulator.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            stdout.read_line(&mut line).map_err(|error| failed("says nothing", &error))?;
        }
        let ready: Value =
            serde_json::from_str(&line).map_err(|error| failed("is not ready", &error))?;
        let url = ready["http"].as_str().unwrap_or_default().to_owned();
        Ok(Self { home, url, ca, emulator })
    }

    /// `vestibule` in this scene, with nothing of the developer's own environment but the path.
    pub(crate) fn vestibule(&self) -> Result<Command> {
        Ok(self.program(&built("vestibule")?))
    }

    /// Any program in this scene.
    pub(crate) fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().stdin(Stdio::null());
        for name in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", &self.home).env("AWS_ENDPOINT_URL", &self.url);
        command
    }

    /// Asks the emulator to do something: `advance?seconds=60`.
    pub(crate) fn tell(&self, what: &str) -> Result {
        post(&format!("{}/emulator/{what}", self.url), "").map(drop)
    }

    /// Whether all requests were as AWS's models have them.
    pub(crate) fn obeys_the_models(&self) -> Result {
        let said = self.ask("violations")?;
        let said: Value = serde_json::from_str(&said)
            .map_err(|error| Failure::new(format!("the emulator's violations: {error}")))?;
        match said["violations"].as_array().map(Vec::as_slice) {
            Some([]) => Ok(()),
            _ => Err(Failure::new(format!("not as AWS's models have it: {}", said["violations"]))),
        }
    }

    /// Asks the emulator for something: `secrets`.
    pub(crate) fn ask(&self, what: &str) -> Result<String> {
        Ok(get(&format!("{}/emulator/{what}", self.url))?.body)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(self.emulator.stdin.take());
        // Both are best effort: what there was to say is said.
        let _ = self.emulator.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Builds `vestibule` and the emulator.
pub(crate) fn build() -> Result {
    cargo(["build", "--quiet", "-p", "vestibule-cli", "-p", "vestibule-emulator"])
        .args(["--features", "vestibule-emulator/server"])
        .run()
}

/// Where we are ourselves.
pub(crate) fn own_path() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| Failure::new(format!("no path to ourselves: {error}")))
}

/// A program that this workspace built, beside xtask itself.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    Ok(own_path()?.with_file_name(file_name(name)))
}

/// A program that this workspace built for release, in the folder beside xtask's.
pub(crate) fn release(name: &str) -> Result<PathBuf> {
    let own = own_path()?;
    let target = own.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    Ok(target.join("release").join(file_name(name)))
}

fn file_name(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}
