//! Another SDK's config parser, run as a process that writes one response line per request line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::input::Input;
use super::shape::{self, Shape};
use super::{compare_results, no_response};
use crate::mismatch::{Checked, Mismatch};

/// A running subject.
#[derive(Debug)]
pub(super) struct Subject {
    name: String,
    shape: Shape,
    process: Child,
    stdout: BufReader<ChildStdout>,
}

impl Subject {
    /// Starts the driver of a subject with the packages in `installed`.
    pub(super) fn start(name: &str, testdata: &Path, installed: Option<&Path>) -> Checked<Self> {
        let (program, driver, shape) = match name {
            "botocore" => ("python3", "botocore.py", Shape::Botocore),
            "js" => ("node", "js.mjs", Shape::Js),
            _ => return Err(Mismatch::new(format!("unknown subject `{name}`"))),
        };
        let installed = installed.ok_or_else(|| {
            Mismatch::new("--installed is missing; run `cargo xtask conformance --subject`")
        })?;
        let driver = testdata.with_file_name("subjects").join(driver);
        #[expect(clippy::disallowed_methods, reason = "the subject is another program")]
        let mut process = Command::new(program)
            .args([driver, PathBuf::from(installed)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Mismatch::from(error).with_context(program))?;
        let stdout = BufReader::new(process.stdout.take().ok_or_else(|| no_response(name))?);
        Ok(Self { name: name.to_owned(), shape, process, stdout })
    }

    /// Parses an input with both parsers; the inner result is their difference.
    pub(super) fn compare(&mut self, input: &Input) -> Checked<Checked> {
        let theirs = self.parse(input)?;
        Ok(compare_results(&shape::parse(self.shape, input), &theirs))
    }

    fn parse(&mut self, input: &Input) -> Checked<Value> {
        let file = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
        let request =
            json!({ "config": file(&input.config), "credentials": file(&input.credentials) });
        let stdin = self.process.stdin.as_mut().ok_or_else(|| no_response(&self.name))?;
        writeln!(stdin, "{request}")?;
        let mut response = String::new();
        match self.stdout.read_line(&mut response)? {
            0 => Err(no_response(&self.name)),
            _ => Ok(serde_json::from_str(&response)?),
        }
    }
}

/// Waits for the process, which removes its temporary files and exits when its stdin closes.
impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.process.wait();
    }
}
