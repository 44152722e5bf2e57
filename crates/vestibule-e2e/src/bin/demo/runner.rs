//! Runs the commands of the demo, and records what they print.

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use vestibule_e2e::test_env::{CONFIG, TestEnv, approving_browser};

use crate::expectation::Expectation;

/// Timeout of a command, and of one that waits for the user to approve.
const TIMEOUT: Duration = Duration::from_secs(60);
const APPROVAL_TIMEOUT: Duration = Duration::from_secs(600);

pub(crate) struct DemoRunner {
    env: TestEnv,
    /// The user approves in a browser of their own.
    open: bool,
    /// The seconds by which the clocks of the programs and of the emulator are ahead.
    clock_offset: u32,
    /// Everything printed where no secret may be.
    transcript: Vec<u8>,
}

impl DemoRunner {
    pub(crate) fn start(open: bool) -> Result<Self> {
        let env = TestEnv::start(&[])?;
        let (home, url) = (env.home().display(), env.url());
        println!("# An emulated Identity Center listens on {url}.");
        println!("# A home with the configuration that AWS documents:");
        println!("$ export HOME={home} AWS_ENDPOINT_URL={url}");
        println!("$ cat ~/.aws/config\n{CONFIG}");
        Ok(Self { env, open, clock_offset: 0, transcript: Vec::new() })
    }

    #[expect(clippy::unused_self, reason = "a line of the demo")]
    pub(crate) fn comment(&self, text: &str) {
        println!("# {text}");
    }

    /// Runs `vestibule` with these arguments, prints its output, and compares it.
    pub(crate) fn run(&mut self, arguments: &[&str], expectation: &Expectation) -> Result<()> {
        let mut command = self.env.vestibule()?;
        command.args(arguments);
        // A desktop's browser needs these.
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        if self.clock_offset != 0 {
            command.env("VESTIBULE_CLOCK_OFFSET", self.clock_offset.to_string());
        }
        if !self.open {
            command.env("BROWSER", approving_browser()?);
        }
        let typed = format!("vestibule {}", arguments.join(" "));
        println!("$ {typed}");
        let output = self.output(command)?;
        self.transcript.extend_from_slice(&output.stderr);
        if expectation.secrets_on_stdout {
            println!("{}", redacted(&output.stdout));
        } else {
            self.transcript.extend_from_slice(&output.stdout);
            print!("{}", String::from_utf8_lossy(&output.stdout));
        }
        // With --open stderr is the terminal's own.
        if !self.open {
            print!("{}", String::from_utf8_lossy(&output.stderr));
        }
        if output.status.code() != Some(0) {
            println!("(exit status {})", output.status.code().unwrap_or(-1));
        }
        println!();
        match expectation.mismatch(&output) {
            None => Ok(()),
            Some(mismatch) => bail!("`{typed}`: {mismatch}"),
        }
    }

    /// Advances the clocks of the programs and of the emulator.
    pub(crate) fn advance(&mut self, seconds: u32) -> Result<()> {
        self.env.control(&format!("advance?seconds={seconds}"))?;
        self.clock_offset += seconds;
        println!("$ export VESTIBULE_CLOCK_OFFSET={}", self.clock_offset);
        Ok(())
    }

    /// Checks that no secret which the emulator issued is in the transcript.
    pub(crate) fn check_for_secrets(self) -> Result<()> {
        let secrets = self.env.query("secrets")?;
        let secrets: Vec<_> = secrets.lines().filter(|secret| !secret.is_empty()).collect();
        ensure!(!secrets.is_empty(), "the emulator issued no secret, so nothing was compared");
        let transcript = String::from_utf8_lossy(&self.transcript);
        let is_printed = secrets.iter().any(|secret| transcript.contains(secret));
        ensure!(!is_printed, "a secret that the emulator issued was printed");
        println!(
            "# Every step was as expected; none of the {} secrets was printed.",
            secrets.len()
        );
        Ok(())
    }

    fn output(&self, mut command: Command) -> Result<Output> {
        command.stdout(Stdio::piped());
        // With --open the user sees where to approve while the program waits.
        command.stderr(if self.open { Stdio::inherit() } else { Stdio::piped() });
        let mut child = command.spawn().context("cannot run vestibule")?;
        let streams = [read_to_end(child.stdout.take()), read_to_end(child.stderr.take())];
        let timeout = if self.open { APPROVAL_TIMEOUT } else { TIMEOUT };
        let [stdout, stderr] = streams.map(|stream| stream.recv_timeout(timeout).ok());
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            child.kill()?;
            bail!("vestibule did not exit within {} s", timeout.as_secs());
        };
        Ok(Output { status: child.wait()?, stdout, stderr })
    }
}

/// Receives everything from a pipe once it is closed.
fn read_to_end(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // An error ends the output early, and the exit status tells why.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        sender.send(bytes)
    });
    receiver
}

/// Returns credentials with their secrets replaced.
fn redacted(stdout: &[u8]) -> String {
    let text = String::from_utf8_lossy(stdout);
    let line = |line: &str| match line.split_once(": ") {
        Some((name, value)) if name.contains("Secret") || name.contains("Token") => {
            let comma = if value.ends_with(',') { "," } else { "" };
            format!("{name}: \"(not shown here)\"{comma}")
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
