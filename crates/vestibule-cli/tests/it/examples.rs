//! The example in the help of each command, typed as it stands there.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::{CONFIG, Lab};

const DEV: &str = "
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
output = json
";

/// Commands that hold others.
const HOLDERS: &[&[&str]] = &[&[], &["sso"], &["configure"]];

/// Programs that examples start.
const PROGRAMS: &[&str] = &["terraform", "npm"];

fn lab() -> Lab {
    let lab = Lab::new();
    lab.write(".aws/config", &format!("{CONFIG}{DEV}"));
    lab.run(["login"]).succeeded();
    for program in PROGRAMS {
        let file = format!("bin/{program}");
        lab.write(
            &file,
            "#!/bin/sh\ntest -n \"$AWS_SESSION_TOKEN$AWS_CONTAINER_CREDENTIALS_FULL_URI\"\n",
        );
        fs::set_permissions(lab.path(&file), Permissions::from_mode(0o755)).unwrap();
    }
    lab
}

/// Every command there is, as completion knows them.
fn commands(lab: &Lab) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for holder in HOLDERS {
        let words: Vec<String> = holder.iter().map(ToString::to_string).collect();
        let asked = lab.run([&["complete", "fish", "--"], *holder].concat());
        for line in asked.succeeded().stdout.lines() {
            let name = line.split('\t').next().unwrap().to_owned();
            commands.push([&words[..], &[name]].concat());
        }
        commands.push(words);
    }
    commands
}

/// Types a line into a shell. Whoever asks something at a terminal has his proposal accepted.
fn types(lab: &Lab, line: &str) {
    let folder = Path::new(env!("CARGO_BIN_EXE_vestibule")).parent().unwrap();
    let bin = lab.path("bin").display().to_string();
    let path = format!("{bin}:{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    let asks = line.starts_with("vestibule configure sso");
    let terminal =
        format!("printf '\n\n\n\n\n\n\n\n' | script --quiet --return --command '{line}' /dev/null");
    shell.current_dir(lab.path("")).args(["-c", if asks { &terminal } else { line }]);
    lab.prepared(shell).env("PATH", path).run().succeeded();
}

#[test]
fn every_example_works_as_typed() {
    let commands = commands(&lab());
    assert!(20 < commands.len(), "{commands:?}");
    for command in commands {
        let lab = lab();
        let help = lab.run([&command[..], &["--help".to_owned()]].concat());
        let example = help.succeeded().stdout.split_once("Example:\n  ").map(|(_, line)| line);
        let example = example.unwrap_or_else(|| panic!("{command:?} has no example"));
        types(&lab, example.lines().next().unwrap());
    }
}
