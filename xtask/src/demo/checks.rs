//! What a step of the demo has to look like.

use std::process::Output;

/// The expected end of a command.
pub(crate) struct Check {
    exit: i32,
    stdout: Vec<&'static str>,
    stderr: Vec<&'static str>,
    pub(crate) shows_secrets: bool,
}

impl Check {
    pub(crate) fn done() -> Self {
        Self::exits(0)
    }

    pub(crate) fn exits(exit: i32) -> Self {
        Self { exit, stdout: Vec::new(), stderr: Vec::new(), shows_secrets: false }
    }

    pub(crate) fn stdout(mut self, text: &'static str) -> Self {
        self.stdout.push(text);
        self
    }

    pub(crate) fn stderr(mut self, text: &'static str) -> Self {
        self.stderr.push(text);
        self
    }

    /// Handing out secrets on stdout is what the command is for.
    pub(crate) fn secrets_on_stdout(mut self) -> Self {
        self.shows_secrets = true;
        self
    }

    /// What is not as it should be.
    pub(crate) fn complaint(&self, output: &Output) -> Option<String> {
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
    use super::*;
    use crate::demo::stage::ended;

    #[test]
    fn exit_and_streams_are_compared() {
        let output = ended("echo out; echo err >&2; exit 3");
        assert_eq!(Check::exits(3).stdout("out").stderr("err").complaint(&output), None);
        let complaint = Check::done().complaint(&output).unwrap_or_default();
        assert!(complaint.starts_with("expected exit status 0"), "{complaint}");
        let complaint = Check::exits(3).stdout("err").complaint(&output).unwrap_or_default();
        assert_eq!(complaint, "expected `err` on stdout");
    }
}
