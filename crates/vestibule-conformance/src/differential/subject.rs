//! Another SDK's reader, as a process that answers one line for each line it is given.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::input::Input;
use super::shape::{self, Shape};
use super::{same, silent};
use crate::mismatch::{Checked, Mismatch};

/// A running subject.
#[derive(Debug)]
pub(super) struct Subject {
    name: String,
    shape: Shape,
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Subject {
    /// Starts the driver of a subject, which lies beside our own test data, on what `installed` has.
    pub(super) fn start(name: &str, own: &Path, installed: Option<&Path>) -> Checked<Self> {
        let (program, driver, shape) = match name {
            "botocore" => ("python3", "botocore.py", Shape::Botocore),
            "js" => ("node", "js.mjs", Shape::Js),
            _ => return Err(Mismatch::new(format!("there is no subject `{name}`"))),
        };
        let installed = installed.ok_or_else(|| Mismatch::new("start it by `cargo xtask`"))?;
        let driver = own.with_file_name("subjects").join(driver);
        #[expect(clippy::disallowed_methods, reason = "the subject is another program")]
        let mut process = Command::new(program)
            .args([driver, PathBuf::from(installed)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Mismatch::from(error).about(program))?;
        let answers = BufReader::new(process.stdout.take().ok_or_else(|| silent(name))?);
        Ok(Self { name: name.to_owned(), shape, process, answers })
    }

    /// Reads an input with both: the inner result says in what they differ.
    pub(super) fn compare(&mut self, input: &Input) -> Checked<Checked> {
        let theirs = self.ask(input)?;
        Ok(same(&shape::ours(self.shape, input), &theirs))
    }

    fn ask(&mut self, input: &Input) -> Checked<Value> {
        let file = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
        let question =
            json!({ "config": file(&input.config), "credentials": file(&input.credentials) });
        let questions = self.process.stdin.as_mut().ok_or_else(|| silent(&self.name))?;
        writeln!(questions, "{question}")?;
        let mut answer = String::new();
        match self.answers.read_line(&mut answer)? {
            0 => Err(silent(&self.name)),
            _ => Ok(serde_json::from_str(&answer)?),
        }
    }
}

/// Without further questions it ends by itself, and removes its files.
impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.process.wait();
    }
}
