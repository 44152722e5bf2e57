//! What goes wrong, and what is said of it: code, error and hint, in words and in JSON.

mod configuration;
mod running;

use std::process::Command;

use expect_test::Expect;

use crate::support::{Lab, Ran};

/// A run that is bound to fail.
struct Mistake<'a> {
    lab: &'a Lab,
    args: Vec<&'a str>,
    env: Vec<(&'a str, String)>,
}

fn mistake<'a>(lab: &'a Lab, args: &[&'a str]) -> Mistake<'a> {
    Mistake { lab, args: args.to_vec(), env: Vec::new() }
}

impl<'a> Mistake<'a> {
    fn env(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    fn run(&self, options: &[&str]) -> Ran {
        let args = options.iter().chain(&self.args);
        let invocation = self.lab.vestibule(args);
        let with = |invocation: crate::support::Invocation<'a>, (name, value): &(&str, String)| {
            invocation.env(name, value)
        };
        self.env.iter().fold(invocation, with).run()
    }

    #[track_caller]
    fn is(&self, code: i32, expected: &Expect) {
        let plain = self.run(&[]);
        expected.assert_eq(&tidy(self.lab, &plain.stderr));
        plain.ended(code);
        assert_eq!(plain.stdout, "", "nothing but the result is on stdout");

        let json = self.run(&["--json"]);
        let events = json.ended(code).events();
        let error = &events.last().unwrap()["error"];
        let message = error["message"].as_str().unwrap();
        // A second refusal may be another.
        let start: String = message.chars().take_while(|char| *char != '\n').take(20).collect();
        assert!(plain.stderr.contains(&start), "{message} {plain:?}");
        let hint = plain.stderr.lines().find_map(|line| line.strip_prefix("hint: "));
        assert_eq!(error["remedy"].as_str(), hint, "{plain:?}");
        if let Some(command) = hint.filter(|hint| hint.starts_with("vestibule ")) {
            can_be_typed(self.lab, command);
        }
    }
}

/// A shell and our own grammar accept it.
#[track_caller]
fn can_be_typed(lab: &Lab, command: &str) {
    let typed = command.replacen("vestibule", env!("CARGO_BIN_EXE_vestibule"), 1);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{typed} --help")]);
    lab.prepared(shell).run().succeeded();
}

/// Without what differs from run to run.
pub(crate) fn tidy(lab: &Lab, text: &str) -> String {
    let text = text.replace(&lab.server.http(), "EMULATOR").replace(&lab.server.https(), "TLS");
    let text = text.replace(&lab.path("").display().to_string(), "~/");
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

/// A home with this configuration, in which nobody signed in.
fn configured(config: &str) -> Lab {
    let lab = Lab::new();
    lab.write(".aws/config", config);
    lab
}

const EXPORT: &[&str] = &["export-credentials"];

/// Whatever the machine is that runs the tests.
const NO_METADATA: &str = "AWS_EC2_METADATA_DISABLED";
