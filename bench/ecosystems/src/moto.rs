//! [moto](https://docs.getmoto.org), which plays S3 and STS on a loopback port.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A moto of one's own; it writes down who calls, and ends when it is dropped.
#[derive(Debug)]
pub struct Moto {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Moto {
    /// Starts it and waits until it answers.
    pub fn start() -> Self {
        let installed = env::var_os("MOTO").expect("`cargo xtask ecosystems` says where moto is");
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new("python3")
            .args(["-c", "from moto.server import main; main()", "--port", "0"])
            .env("PYTHONPATH", installed)
            .env("MOTO_RECORDER_FILEPATH", folder.path().join("calls"))
            .env("MOTO_ENABLE_RECORDING", "true")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let running = said.find_map(|line| Some(line.split_once("Running on http://")?.1.into()));
        let address = running.expect("moto says where it is");
        // Its log has to go somewhere for as long as it talks.
        std::thread::spawn(move || said.for_each(drop));
        Self { process, address, folder }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a bucket, as a neighbor would.
    pub fn with_bucket(self, name: &str) -> Self {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "PUT /{name} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        self
    }

    /// The access key ids that requests with this method, to an address with this text in it, were
    /// signed with.
    pub fn signers(&self, method: &str, address: &str) -> BTreeSet<String> {
        let calls = std::fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        let calls = calls.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let wanted = calls.filter(|call| {
            call["method"] == method && call["url"].as_str().unwrap_or_default().contains(address)
        });
        let signer = |call: Value| {
            let (_, rest) = call["headers"]["Authorization"].as_str()?.split_once("Credential=")?;
            Some(rest.split_once('/')?.0.to_owned())
        };
        wanted.filter_map(signer).collect()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
