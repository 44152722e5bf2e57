//! `cargo xtask moto`: the tests of STS and instance metadata, against a server of others too.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use crate::Command as Xtask;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::run::cargo;
use crate::subjects;

pub(crate) const COMMAND: Xtask = Xtask {
    name: "moto",
    takes: "",
    about: "assume roles and ask for metadata, in the emulator and in moto",
    run: |args: Args| {
        args.finish()?;
        compare()
    },
};

/// Serves at any free port. It ends when its input does, so nothing is left behind.
const SCRIPT: &str = "\
import os, sys, threading
from moto.server import main
def end():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=end, daemon=True).start()
main(['-H', '127.0.0.1', '-p', '0'])
";

fn compare() -> Result {
    let moto = Moto::start()?;
    let tests = cargo(["test", "--package", "vestibule-cli", "--test", "it", "servers::"])
        .env("VESTIBULE_MOTO_URL", &moto.url)
        .run();
    let answered = moto.end()?;
    tests?;
    if answered == 0 {
        return Err(Failure::new("nobody asked moto anything")
            .fix("the tests in crates/vestibule-cli/tests/it/servers.rs read VESTIBULE_MOTO_URL"));
    }
    println!(
        "the same tests passed against the emulator and moto, which answered {answered} requests"
    );
    Ok(())
}

/// A server of moto, with all its services.
pub(crate) struct Moto {
    pub(crate) url: String,
    child: Child,
    /// Counts the requests in its log.
    log: JoinHandle<usize>,
}

impl Moto {
    pub(crate) fn start() -> Result<Self> {
        let failed = |error: std::io::Error| Failure::new(format!("moto cannot be run: {error}"));
        let packages = std::path::absolute(subjects::install("moto")?).map_err(failed)?;
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .env("PYTHONPATH", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let stderr = child.stderr.take().map(BufReader::new);
        let lines = stderr.into_iter().flat_map(BufReader::lines);
        let mut lines = lines.map_while(std::io::Result::ok);
        let url = lines.by_ref().find_map(|line| {
            line.split_once(" * Running on ").map(|(_, url)| url.trim().to_owned())
        });
        let url = url.ok_or_else(|| Failure::new("moto ended before it served anything"))?;
        let log = std::thread::spawn(move || {
            lines
                .filter(|line| line.contains("HTTP/1.1\" ") || line.contains("HTTP/1.1\u{1b}"))
                .count()
        });
        Ok(Self { url, child, log })
    }

    /// How many requests it answered.
    pub(crate) fn end(mut self) -> Result<usize> {
        drop(self.child.stdin.take());
        self.child.wait().map_err(|error| Failure::new(format!("moto does not end: {error}")))?;
        self.log.join().map_err(|_| Failure::new("moto's log cannot be read"))
    }
}
