//! moto, the mock of AWS services for Python, as a server.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};

use crate::peers;

/// Serves on a free port, and exits when its stdin is closed, so that no test leaves it behind.
const SCRIPT: &str = "\
import os, sys, threading
from moto.server import main
def exit_at_eof():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=exit_at_eof, daemon=True).start()
main(['-H', '127.0.0.1', '-p', '0'])
";

/// A server of moto, with all its services.
#[derive(Debug)]
pub struct Moto {
    url: String,
    child: Child,
    /// Counts the requests in its log.
    log: JoinHandle<usize>,
}

impl Moto {
    /// Starts the server, and waits until it accepts requests.
    ///
    /// # Errors
    /// If moto is not installed, or exits early.
    pub fn start() -> Result<Self> {
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .env("PYTHONPATH", peers::folder("moto")?)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run python3")?;
        let stderr = child.stderr.take().map(BufReader::new);
        let lines = stderr.into_iter().flat_map(BufReader::lines);
        let mut lines = lines.map_while(std::io::Result::ok);
        let url = lines.by_ref().find_map(|line| {
            line.split_once(" * Running on ").map(|(_, url)| url.trim().to_owned())
        });
        let url = url.context("moto exited before it served anything")?;
        let log = std::thread::spawn(move || {
            let is_request =
                |line: &String| line.contains("HTTP/1.1\" ") || line.contains("HTTP/1.1\u{1b}");
            lines.filter(is_request).count()
        });
        Ok(Self { url, child, log })
    }

    /// Returns the base URL of all its services.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server, and returns the number of requests that it served.
    ///
    /// # Errors
    /// If it does not exit.
    pub fn stop(mut self) -> Result<usize> {
        drop(self.child.stdin.take());
        self.child.wait().context("moto does not exit")?;
        self.log.join().map_err(|_| anyhow!("the log of moto cannot be read"))
    }
}
