//! The scene of the demo, and everything that was said in front of it.

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::failure::{Failure, Result};
use crate::scene::{CONFIG, Scene, own_path};

use super::browser;
use super::checks::Check;

/// How long a command may take: a program, and one that waits for a person.
const PROGRAM: Duration = Duration::from_secs(60);
const PERSON: Duration = Duration::from_secs(600);

pub(crate) struct Stage {
    scene: Scene,
    open: bool,
    /// By how many seconds our programs and the emulator are ahead.
    ahead: u32,
    /// All that was printed where no secret belongs.
    said: Vec<u8>,
}

impl Stage {
    pub(crate) fn set(open: bool) -> Result<Self> {
        let scene = Scene::set("demo", &[])?;
        let (home, url) = (scene.home.display(), &scene.url);
        println!("# An Identity Center that is not AWS's answers at {url}.");
        println!("# A home with the configuration that AWS documents:");
        println!("$ export HOME={home} AWS_ENDPOINT_URL={url}");
        println!("$ cat ~/.aws/config\n{CONFIG}");
        Ok(Self { scene, open, ahead: 0, said: Vec::new() })
    }

    #[expect(clippy::unused_self, reason = "it is said on the stage")]
    pub(crate) fn say(&self, what: &str) {
        println!("# {what}");
    }

    /// Runs `vestibule` with these words, shows it, and compares it with what should be.
    pub(crate) fn act(&mut self, words: &[&str], check: &Check) -> Result {
        let mut command = self.scene.vestibule()?;
        command.args(words);
        // What a desktop's browser needs to appear.
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
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
        self.scene.tell(&format!("advance?seconds={seconds}"))?;
        self.ahead += seconds;
        println!("$ export VESTIBULE_CLOCK_OFFSET={}", self.ahead);
        Ok(())
    }

    /// No secret that was ever issued may have been said.
    pub(crate) fn finish(self) -> Result {
        let secrets = self.scene.ask("secrets")?;
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

/// The command line that stands in for a person with a browser.
pub(crate) fn person() -> Result<String> {
    Ok(format!("{} {} %s", own_path()?.display(), browser::NAME))
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
