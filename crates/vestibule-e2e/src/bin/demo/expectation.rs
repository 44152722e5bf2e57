//! The expected result of one command.

use std::process::Output;

/// An exit status, and texts on stdout and stderr.
pub(crate) struct Expectation {
    exit: i32,
    stdout: Vec<&'static str>,
    stderr: Vec<&'static str>,
    pub(crate) secrets_on_stdout: bool,
}

impl Expectation {
    pub(crate) fn success() -> Self {
        Self::exit(0)
    }

    pub(crate) fn exit(exit: i32) -> Self {
        Self { exit, stdout: Vec::new(), stderr: Vec::new(), secrets_on_stdout: false }
    }

    pub(crate) fn stdout(mut self, text: &'static str) -> Self {
        self.stdout.push(text);
        self
    }

    pub(crate) fn stderr(mut self, text: &'static str) -> Self {
        self.stderr.push(text);
        self
    }

    /// The command exists to print secrets.
    pub(crate) fn secrets_on_stdout(mut self) -> Self {
        self.secrets_on_stdout = true;
        self
    }

    /// Returns how the output differs.
    pub(crate) fn mismatch(&self, output: &Output) -> Option<String> {
        if output.status.code() != Some(self.exit) {
            return Some(format!("expected exit status {}, got {}", self.exit, output.status));
        }
        let streams =
            [("stdout", &self.stdout, &output.stdout), ("stderr", &self.stderr, &output.stderr)];
        streams.into_iter().find_map(|(name, expected, found)| {
            let found = String::from_utf8_lossy(found);
            let missing = expected.iter().find(|text| !found.contains(**text))?;
            Some(format!("expected `{missing}` on {name}"))
        })
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::process::ExitStatusExt as _;
    #[cfg(windows)]
    use std::os::windows::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn exit_status_and_streams_are_compared() {
        // The raw status of Unix has the code in its second byte.
        let status = ExitStatus::from_raw(if cfg!(unix) { 3 << 8 } else { 3 });
        let output = Output { status, stdout: b"out".to_vec(), stderr: b"err".to_vec() };
        assert_eq!(Expectation::exit(3).stdout("out").stderr("err").mismatch(&output), None);
        let mismatch = Expectation::success().mismatch(&output).unwrap_or_default();
        assert!(mismatch.starts_with("expected exit status 0"), "{mismatch}");
        let mismatch = Expectation::exit(3).stdout("err").mismatch(&output).unwrap_or_default();
        assert_eq!(mismatch, "expected `err` on stdout");
    }
}
