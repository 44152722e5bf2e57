//! [moto](https://docs.getmoto.org), a mock of S3 and STS on a loopback port.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A moto process that records requests. Dropping it kills the process.
#[derive(Debug)]
pub struct Moto {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Moto {
    /// Starts a moto process and waits until it listens.
    pub fn start() -> Self {
        let installed = env::var_os("MOTO").expect("MOTO is not set; run `cargo xtask ecosystems`");
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
        let mut stderr = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = stderr.find_map(|line| Some(line.split_once("Running on http://")?.1.into()));
        let address = address.expect("moto did not log its address");
        // Drain stderr, so that moto does not block on a full pipe.
        std::thread::spawn(move || stderr.for_each(drop));
        Self { process, address, folder }
    }

    /// Returns the base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Creates a bucket with an unsigned request.
    pub fn with_bucket(self, name: &str) -> Self {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "PUT /{name} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        self
    }

    /// Returns the access key IDs that signed the requests with this method and a URL that contains
    /// `url_part`.
    pub fn signers(&self, method: &str, url_part: &str) -> BTreeSet<String> {
        let calls = std::fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        let calls = calls.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let matching = calls.filter(|call| {
            call["method"] == method && call["url"].as_str().unwrap_or_default().contains(url_part)
        });
        let signer = |call: Value| {
            let (_, rest) = call["headers"]["Authorization"].as_str()?.split_once("Credential=")?;
            Some(rest.split_once('/')?.0.to_owned())
        };
        matching.filter_map(signer).collect()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
