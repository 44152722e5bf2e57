//! Mistakes, each with its exit code, message and hint, as text and as JSON.

mod configuration;
mod running;
// Paths and programs of Unix.
#[cfg(unix)]
mod table;

use std::process::Command;

use expect_test::Expect;

use crate::support::{Output, TestEnv, with_slashes};

/// A run that fails.
struct Mistake<'a> {
    env: &'a TestEnv,
    args: Vec<&'a str>,
    variables: Vec<(&'a str, String)>,
}

fn mistake<'a>(env: &'a TestEnv, args: &[&'a str]) -> Mistake<'a> {
    Mistake { env, args: args.to_vec(), variables: Vec::new() }
}

impl<'a> Mistake<'a> {
    fn env(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn run(&self, options: &[&str]) -> Output {
        let args = options.iter().chain(&self.args);
        let invocation = self.env.vestibule(args);
        let with = |invocation: crate::support::Invocation<'a>, (name, value): &(&str, String)| {
            invocation.env(name, value)
        };
        self.variables.iter().fold(invocation, with).run()
    }

    #[track_caller]
    fn is(&self, code: i32, expected: &Expect) {
        let plain = self.run(&[]);
        expected.assert_eq(&tidy(self.env, &plain.stderr));
        plain.exits_with(code);
        assert_eq!(plain.stdout, "", "nothing but the result is on stdout");

        let json = self.run(&["--json"]);
        let events = json.exits_with(code).events();
        let error = &events.last().unwrap()["error"];
        let message = error["message"].as_str().unwrap();
        // The second run may fail with other details.
        let start: String = message.chars().take_while(|char| *char != '\n').take(20).collect();
        assert!(plain.stderr.contains(&start), "{message} {plain:?}");
        let hint = plain.stderr.lines().find_map(|line| line.strip_prefix("hint: "));
        // Hints repeat the arguments.
        let remedy = error["remedy"].as_str().map(|hint| hint.replace(" --json", ""));
        assert_eq!(remedy.as_deref(), hint, "{plain:?}");
        if let Some(command) = hint.filter(|hint| hint.starts_with("vestibule ")) {
            can_be_typed(self.env, command);
        }
    }
}

/// Checks that a shell and our own command line accept the hint.
#[track_caller]
fn can_be_typed(env: &TestEnv, command: &str) {
    if cfg!(windows) {
        // `cmd` and PowerShell have no way to parse a line without running it.
        return;
    }
    let typed = command.replacen("vestibule", env!("CARGO_BIN_EXE_vestibule"), 1);
    let mut shell = Command::new("sh");
    // Not to the command of `exec`.
    let (typed, command) = typed.split_once(" -- ").unwrap_or((&typed, ""));
    shell.args(["-c", &format!("{typed} --help -- {command}")]);
    env.prepared(shell).run().succeeded();
}

/// Replaces what differs from run to run.
pub(crate) fn tidy(env: &TestEnv, text: &str) -> String {
    let (http, https) = (env.server.http(), env.server.https());
    let text = text.replace(&http, "EMULATOR").replace(&https, "TLS");
    let text = text.replace(https.trim_start_matches("https://"), "TLS");
    let home = env.path("").display().to_string();
    let text = with_slashes(text.replace(&home, if cfg!(windows) { r"~\" } else { "~/" }));
    let text = with_words_of_unix(text);
    let mut tidy = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('T') {
        let is_time =
            at >= 10 && rest.as_bytes()[at - 3] == b'-' && rest.get(at + 9..at + 10) == Some("Z");
        if is_time {
            tidy += &rest[..at - 10];
            tidy += "TIME";
            rest = &rest[at + 10..];
        } else {
            tidy += &rest[..=at];
            rest = &rest[at + 1..];
        }
    }
    tidy + rest
}

/// Returns the text with the words that Unix has for a missing file: those of Windows are in the
/// user's language, and those of Wine are its own.
fn with_words_of_unix(text: String) -> String {
    if !cfg!(windows) {
        return text;
    }
    let without_number = |line: &str| {
        let words = ["(os error 2)", "(os error 3)", "program not found"];
        words.iter().find_map(|words| line.trim_end().strip_suffix(words)).map(str::to_owned)
    };
    let line = |line: &str| match without_number(line) {
        Some(words) => {
            let blanks = &words[..words.len() - words.trim_start().len()];
            format!("{blanks}No such file or directory (os error 2)\n")
        }
        None => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Returns an environment with this configuration, not signed in.
fn configured(config: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", config);
    env
}

const EXPORT: &[&str] = &["export-credentials"];

/// Set so that a test machine in EC2 finds no credentials.
const NO_METADATA: &str = "AWS_EC2_METADATA_DISABLED";
