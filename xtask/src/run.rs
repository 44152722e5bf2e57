//! Processes, shown as a person would type them.

use std::ffi::OsStr;
use std::fmt;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};

/// One process to run.
pub(crate) struct Run {
    command: Command,
    fix: Option<String>,
}

/// `cargo` with these words.
pub(crate) fn cargo<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Run {
    program("cargo").args(words)
}

/// What cargo told xtask about xtask. Build scripts watch these names: a cargo that inherits them
/// builds again what the developer's own cargo has built already.
const OURS: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_"];

/// Any program of the path, or a file.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Run {
    let mut command = Command::new(name);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| OURS.iter().any(|ours| name.starts_with(ours))) {
        command.env_remove(name);
    }
    Run { command, fix: None }
}

impl Run {
    pub(crate) fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        self.command.arg(word);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.command.args(words);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What to do when it fails.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Runs it in the open.
    pub(crate) fn run(mut self) -> Result {
        println!("$ {self}");
        match self.command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failed(&format!("ended with {status}"))),
            Err(error) => Err(self.failed(&format!("cannot be run: {error}"))),
        }
    }

    /// Runs it for what it prints.
    pub(crate) fn read(mut self) -> Result<String> {
        println!("$ {self}");
        let output = match self.command.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
            Ok(output) if output.status.success() => output.stdout,
            Ok(output) => return Err(self.failed(&format!("ended with {}", output.status))),
            Err(error) => return Err(self.failed(&format!("cannot be run: {error}"))),
        };
        String::from_utf8(output).map_err(|_| self.failed("did not print text"))
    }

    /// Whether it can be run at all, silently.
    pub(crate) fn works(mut self) -> bool {
        let quiet = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// Program and subcommand are enough: the whole command stands above its output.
    fn failed(&self, what: &str) -> Failure {
        let program = self.command.get_program().to_string_lossy();
        let first = self.command.get_args().next().and_then(OsStr::to_str);
        let failure = match first.filter(|word| !word.contains('/')) {
            Some(subcommand) => Failure::new(format!("`{program} {subcommand}` {what}")),
            None => Failure::new(format!("`{program}` {what}")),
        };
        match &self.fix {
            Some(fix) => failure.fix(fix),
            None => failure,
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                write!(f, "{}={} ", name.to_string_lossy(), quoted(value))?;
            }
        }
        f.write_str(&quoted(self.command.get_program()))?;
        self.command.get_args().try_for_each(|word| write!(f, " {}", quoted(word)))
    }
}

/// A word as a shell wants it.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let run = cargo(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(run.to_string(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn a_quote_is_quoted() {
        assert_eq!(program("echo").arg("it's").to_string(), r"echo 'it'\''s'");
    }

    #[test]
    fn a_failure_carries_its_fix() {
        let failure = program("false").fix("try `true`").run().unwrap_err();
        assert!(failure.to_string().contains("hint: try `true`"), "{failure}");
    }
}
