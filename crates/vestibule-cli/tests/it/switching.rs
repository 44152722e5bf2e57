//! Functions that change the profile of the shell they are in.

use std::process::Command;

use crate::support::{CONFIG, Lab};

/// A home with the profile `dev`, in which somebody signed in.
fn lab() -> Lab {
    let lab = Lab::new();
    lab.write(".aws/config", &(CONFIG.replace("[default]", "[profile dev]") + "[profile 'o k']\n"));
    lab.run(["login", "--profile", "dev"]).succeeded();
    lab
}

/// What a shell prints that has the functions and stale keys in its environment.
fn say(lab: &Lab, shell: &str, script: &str) -> String {
    let functions = lab.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
    lab.write("functions", &functions);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_vestibule"));
    let folder = program.parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new(shell);
    match shell {
        "zsh" => command.arg("-f"),
        "fish" => command.arg("--no-config"),
        _ => command.arg("--norc"),
    };
    command.args(["-c", &format!(". ./functions; {script}")]).current_dir(lab.path(""));
    let run = lab.prepared(command).env("PATH", path);
    let run = run.env("AWS_ACCESS_KEY_ID", "stale").env("AWS_SECRET_ACCESS_KEY", "stale");
    run.run().succeeded().stdout.clone()
}

fn has(said: &str, line: &str) -> bool {
    said.lines().any(|said| said == line)
}

const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

#[test]
fn a_shell_has_the_profile_it_is_told() {
    let lab = lab();
    for shell in SHELLS {
        let said = say(&lab, shell, "vestibule-use dev; env");
        assert!(has(&said, "AWS_PROFILE=dev"), "{shell}: {said}");
        assert!(!said.contains("stale"), "{shell}: {said}");
        let said = say(&lab, shell, "vestibule-use 'o k'; vestibule-use; env; env");
        assert!(!said.contains("AWS_PROFILE"), "{shell}: {said}");
        let said = say(&lab, shell, "vestibule-use nobody || env");
        assert!(said.contains("AWS_ACCESS_KEY_ID=stale"), "{shell} changed nothing: {said}");
    }
}

#[test]
fn a_shell_has_the_credentials_of_a_profile() {
    let lab = lab();
    for shell in SHELLS {
        let script = "vestibule-env dev; env | cut -c1-22; vestibule whoami";
        let said = say(&lab, shell, script);
        assert!(has(&said, "AWS_ACCESS_KEY_ID=ASIA"), "{shell}: {said}");
        assert!(has(&said, "AWS_REGION=us-east-1"), "{shell}: {said}");
        assert!(said.contains("AWSReservedSSO_SampleRole"), "{shell}: {said}");
        let said = say(&lab, shell, "vestibule-env nobody || env");
        assert!(said.contains("AWS_ACCESS_KEY_ID=stale"), "{shell} changed nothing: {said}");
    }
}

#[test]
fn every_shell_has_both() {
    let lab = Lab::new();
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let functions = lab.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
        assert!(functions.contains("vestibule-use") && functions.contains("vestibule-env"));
    }
}
