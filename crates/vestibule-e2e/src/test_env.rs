//! A temporary home folder with the configuration that AWS documents, and an emulator.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
pub use vestibule_test_env::{CONFIG, TOKEN_FILE};

/// A home folder and a running emulator. Dropping this removes the folder and stops the emulator.
#[derive(Debug)]
pub struct TestEnv {
    home: TempDir,
    url: String,
    emulator: Child,
}

impl TestEnv {
    /// Starts the emulator with these arguments. xtask must have built the programs.
    ///
    /// # Errors
    /// If the emulator does not start.
    pub fn start(emulator_args: &[&str]) -> Result<Self> {
        Self::start_program(&built("vestibule-emulator")?, emulator_args)
    }

    /// Starts an emulator that was installed elsewhere.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_program(emulator: &Path, emulator_args: &[&str]) -> Result<Self> {
        let home = tempfile::tempdir().context("no temporary folder")?;
        std::fs::create_dir(home.path().join(".aws"))?;
        std::fs::write(home.path().join(".aws/config"), CONFIG)?;
        // It exits when our end of its stdin is closed, however this process ends.
        let mut emulator = Command::new(emulator)
            .arg("--until-eof")
            .arg("--ca-file")
            .arg(home.path().join("ca.pem"))
            .args(emulator_args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", emulator.display()))?;
        let mut line = String::new();
        if let Some(stdout) = emulator.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let ready: Value =
            serde_json::from_str(&line).context("vestibule-emulator exited before it was ready")?;
        let url = ready["http"].as_str().context("no `http` in the emulator's first line")?;
        Ok(Self { url: url.to_owned(), home, emulator })
    }

    /// Returns the home folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Returns the URL of the emulator.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the file with the emulator's certificate authority.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.home().join("ca.pem")
    }

    /// Returns a command that runs `vestibule`, with only `PATH` and this home in its environment.
    ///
    /// # Errors
    /// If the path of the running program cannot be found.
    pub fn vestibule(&self) -> Result<Command> {
        Ok(self.program(&built("vestibule")?))
    }

    /// Returns a command that runs any program in the same environment.
    #[must_use]
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().stdin(Stdio::null());
        for name in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", self.home()).env("AWS_ENDPOINT_URL", &self.url);
        command
    }

    /// Sends a command to the emulator's control API, such as `advance?seconds=60`.
    ///
    /// # Errors
    /// If the emulator refuses it.
    pub fn control(&self, command: &str) -> Result<String> {
        post(&format!("{}/emulator/{command}", self.url), "")
    }

    /// Reads something from the emulator's control API, such as `secrets`.
    ///
    /// # Errors
    /// If the emulator refuses it.
    pub fn query(&self, what: &str) -> Result<String> {
        get(&format!("{}/emulator/{what}", self.url))
    }

    /// Returns how often an operation was requested.
    ///
    /// # Errors
    /// If the emulator's log cannot be read.
    pub fn requests(&self, operation: &str) -> Result<i64> {
        let log: Value = serde_json::from_str(&self.query("requests")?)?;
        Ok(log["counts"][operation].as_i64().unwrap_or_default())
    }

    /// Checks that every request so far was valid by AWS's service models.
    ///
    /// # Errors
    /// Lists the violations.
    pub fn check_service_models(&self) -> Result<()> {
        let report: Value = serde_json::from_str(&self.query("violations")?)?;
        let violations = report["violations"].as_array().context("no `violations`")?;
        ensure!(violations.is_empty(), "requests that AWS's models do not allow: {violations:?}");
        Ok(())
    }
}

impl Drop for TestEnv {
    fn drop(&mut self) {
        drop(self.emulator.stdin.take());
        let _ = self.emulator.wait();
    }
}

/// Returns the path of a program that the workspace has built, in the folder of this one.
///
/// # Errors
/// If the path of the running program cannot be found.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("no path of the running program")?;
    // Tests are one folder deeper, in `deps`.
    let folder = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    let folder = folder.context("the running program is in no folder")?;
    Ok(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Returns a value of `BROWSER` that approves every sign-in.
///
/// # Errors
/// If the path of the running program cannot be found.
pub fn approving_browser() -> Result<String> {
    Ok(format!("{} %s", built("approve-sign-in")?.display()))
}

/// Sends a GET request, and returns the body of a response with success.
///
/// # Errors
/// If there is no such response.
pub fn get(url: &str) -> Result<String> {
    let response = ureq::get(url).call().with_context(|| format!("GET {url}"))?;
    Ok(response.into_body().read_to_string()?)
}

/// Sends a POST request with a form or JSON, and returns the body, whatever the status.
///
/// # Errors
/// If there is no response.
pub fn post(url: &str, body: &str) -> Result<String> {
    let request = ureq::post(url)
        .config()
        .http_status_as_error(false)
        .build()
        .content_type("application/x-www-form-urlencoded");
    let response = request.send(body).with_context(|| format!("POST {url}"))?;
    Ok(response.into_body().read_to_string()?)
}
