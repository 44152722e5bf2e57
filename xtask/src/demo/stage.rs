//! A temporary home, an emulator, and everything that was said in front of it.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, Result};

use super::browser;
use super::checks::Check;
use super::http::{get, post};

/// As AWS documents it, byte for byte.
const CONFIG: &str = "\
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

/// How long a command may take: a program, and one that waits for a person.
const PROGRAM: Duration = Duration::from_secs(60);
const PERSON: Duration = Duration::from_secs(600);

pub(crate) struct Stage {
    home: PathBuf,
    emulator: Child,
    url: String,
    open: bool,
    /// By how many seconds our programs and the emulator are ahead.
    ahead: u32,
    /// All that was printed where no secret belongs.
    said: Vec<u8>,
}

impl Stage {
    pub(crate) fn set(open: bool) -> Result<Self> {
        let failed =
            |what: &str, error: &dyn std::fmt::Display| Failure::new(format!("{what}: {error}"));
        let home = std::env::temp_dir().join(format!("vestibule-demo-{}", std::process::id()));
        std::fs::create_dir_all(home.join(".aws"))
            .map_err(|error| failed("no temporary home", &error))?;
        std::fs::write(home.join(".aws/config"), CONFIG)
            .map_err(|error| failed("no configuration", &error))?;
        // It ends when our end of its input does, so nothing is left behind however this ends.
        let mut emulator = Command::new(built("vestibule-emulator")?)
            .arg("--until-eof")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("the emulator cannot be run", &error))?;
        let mut line = String::new();
        if let Some(stdout) = emulator.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(|error| failed("the emulator says nothing", &error))?;
        }
        let ready: Value = serde_json::from_str(&line)
            .map_err(|error| failed("the emulator is not ready", &error))?;
        let url = ready["http"].as_str().unwrap_or_default().to_owned();
        println!("# An Identity Center that is not AWS's answers at {url}.");
        println!("# A home with the configuration that AWS documents:");
        println!("$ export HOME={} AWS_ENDPOINT_URL={url}", home.display());
        println!("$ cat ~/.aws/config\n{CONFIG}");
        Ok(Self { home, emulator, url, open, ahead: 0, said: Vec::new() })
    }

    #[expect(clippy::unused_self, reason = "it is said on the stage")]
    pub(crate) fn say(&self, what: &str) {
        println!("# {what}");
    }

    /// Runs `vestibule` with these words, shows it, and compares it with what should be.
    pub(crate) fn act(&mut self, words: &[&str], check: &Check) -> Result {
        let mut command = Command::new(built("vestibule")?);
        command.args(words).env_clear().stdin(Stdio::null());
        let kept = ["PATH", "SystemRoot", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"];
        for name in kept {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", &self.home).env("AWS_ENDPOINT_URL", &self.url);
        if self.ahead != 0 {
            command.env("VESTIBULE_CLOCK_OFFSET", self.ahead.to_string());
        }
        if !self.open {
            command.env("BROWSER", person()?);
        }
        println!("$ vestibule {}", words.join(" "));
        let output = self.run(command)?;
        self.said.extend_from_slice(&output.stderr);
        if check.shows_secrets {
            println!("{}", hidden(&output.stdout));
        } else {
            self.said.extend_from_slice(&output.stdout);
            print!("{}", String::from_utf8_lossy(&output.stdout));
        }
        // With --open the person has seen it already.
        if !self.open {
            print!("{}", String::from_utf8_lossy(&output.stderr));
        }
        if output.status.code() != Some(0) {
            println!("(exit status {})", output.status.code().unwrap_or(-1));
        }
        println!();
        match check.complaint(&output) {
            None => Ok(()),
            Some(complaint) => {
                Err(Failure::new(format!("`vestibule {}`: {complaint}", words.join(" "))))
            }
        }
    }

    /// Moves the time of both sides.
    pub(crate) fn advance(&mut self, seconds: u32) -> Result {
        post(&format!("{}/emulator/advance?seconds={seconds}", self.url), "")?;
        self.ahead += seconds;
        println!("$ export VESTIBULE_CLOCK_OFFSET={}", self.ahead);
        Ok(())
    }

    /// No secret that was ever issued may have been said.
    pub(crate) fn finish(self) -> Result {
        let secrets = get(&format!("{}/emulator/secrets", self.url))?.body;
        let said = String::from_utf8_lossy(&self.said);
        let mut count = 0;
        for secret in secrets.lines().filter(|secret| !secret.is_empty()) {
            count += 1;
            if said.contains(secret) {
                return Err(Failure::new("a secret that the emulator issued was printed"));
            }
        }
        if count == 0 {
            return Err(Failure::new("the emulator issued no secret, so nothing was compared"));
        }
        println!(
            "# Every step was as it should be; none of {count} secrets was printed by the way."
        );
        Ok(())
    }

    fn run(&self, mut command: Command) -> Result<Output> {
        command.stdout(Stdio::piped());
        // With --open the person sees where to approve while it waits.
        command.stderr(if self.open { Stdio::inherit() } else { Stdio::piped() });
        let failed =
            |error: std::io::Error| Failure::new(format!("vestibule cannot be run: {error}"));
        let mut child = command.spawn().map_err(failed)?;
        let streams = [all_of(child.stdout.take()), all_of(child.stderr.take())];
        let patience = if self.open { PERSON } else { PROGRAM };
        let [stdout, stderr] = streams.map(|stream| stream.recv_timeout(patience).ok());
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            child.kill().map_err(failed)?;
            return Err(Failure::new("vestibule did not end in time"));
        };
        let status = child.wait().map_err(failed)?;
        Ok(Output { status, stdout, stderr })
    }
}

/// Everything that comes out of a pipe, once it is closed.
fn all_of(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut all = Vec::new();
        // What came before it broke is shown; the exit status tells the rest.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut all));
        sender.send(all)
    });
    receiver
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.emulator.stdin.take());
        // Both are best effort: the demo has said what it had to.
        let _ = self.emulator.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// A program that this workspace built, beside xtask itself.
fn built(name: &str) -> Result<PathBuf> {
    let own = own_path()?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(own.parent().unwrap_or(Path::new("")).join(file))
}

/// The command line that stands in for a person with a browser.
fn person() -> Result<String> {
    Ok(format!("{} {} %s", own_path()?.display(), browser::NAME))
}

fn own_path() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| Failure::new(format!("no path to ourselves: {error}")))
}

/// What a transcript may show of credentials: the names, and the id.
fn hidden(stdout: &[u8]) -> String {
    let text = String::from_utf8_lossy(stdout);
    let line = |line: &str| match line.split_once(": ") {
        Some((name, value)) if name.contains("Secret") || name.contains("Token") => {
            let comma = if value.ends_with(',') { "," } else { "" };
            format!("{name}: \"(hidden in this transcript)\"{comma}")
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// How a shell ends, for tests.
#[cfg(test)]
pub(crate) fn ended(script: &str) -> Output {
    Command::new("sh").args(["-c", script]).output().expect("there is a shell")
}
