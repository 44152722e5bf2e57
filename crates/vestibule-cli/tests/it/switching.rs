//! The shell functions `vestibule-use` and `vestibule-env`.

use std::process::Command;

use crate::support::{CONFIG, TestEnv};

/// Returns an environment with the profile `dev`, signed in.
fn env() -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", &(CONFIG.replace("[default]", "[profile dev]") + "[profile 'o k']\n"));
    env.run(["login", "--profile", "dev"]).succeeded();
    env
}

/// Returns the output of a script in a shell with the functions, and with stale keys in its
/// environment.
fn run_shell(env: &TestEnv, shell: &str, script: &str) -> String {
    let functions = env.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
    env.write("functions", &functions);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_vestibule"));
    let folder = program.parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new(shell);
    match shell {
        "zsh" => command.arg("-f"),
        "fish" => command.arg("--no-config"),
        _ => command.arg("--norc"),
    };
    command.args(["-c", &format!(". ./functions; {script}")]).current_dir(env.path(""));
    let run = env.prepared(command).env("PATH", path);
    let run = run.env("AWS_ACCESS_KEY_ID", "stale").env("AWS_SECRET_ACCESS_KEY", "stale");
    run.run().succeeded().stdout.clone()
}

fn has_line(shown: &str, line: &str) -> bool {
    shown.lines().any(|shown| shown == line)
}

const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

#[test]
fn vestibule_use_sets_the_profile_of_the_shell() {
    let env = env();
    for shell in SHELLS {
        let shown = run_shell(&env, shell, "vestibule-use dev; env");
        assert!(has_line(&shown, "AWS_PROFILE=dev"), "{shell}: {shown}");
        assert!(!shown.contains("stale"), "{shell}: {shown}");
        let shown = run_shell(&env, shell, "vestibule-use 'o k'; vestibule-use --unset; env; env");
        assert!(!shown.contains("AWS_PROFILE"), "{shell}: {shown}");
        let shown = run_shell(&env, shell, "vestibule-use unknown || env");
        assert!(shown.contains("AWS_ACCESS_KEY_ID=stale"), "{shell} changed nothing: {shown}");
    }
}

#[test]
fn vestibule_env_exports_the_credentials_of_a_profile() {
    let env = env();
    for shell in SHELLS {
        let script = "vestibule-env dev; env | cut -c1-22; vestibule whoami";
        let shown = run_shell(&env, shell, script);
        assert!(has_line(&shown, "AWS_ACCESS_KEY_ID=ASIA"), "{shell}: {shown}");
        assert!(has_line(&shown, "AWS_REGION=us-east-1"), "{shell}: {shown}");
        assert!(shown.contains("AWSReservedSSO_SampleRole"), "{shell}: {shown}");
        let shown = run_shell(&env, shell, "vestibule-env unknown || env");
        assert!(shown.contains("AWS_ACCESS_KEY_ID=stale"), "{shell} changed nothing: {shown}");
    }
}

#[test]
fn switch_functions_exist_for_every_shell() {
    let env = TestEnv::new();
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let functions = env.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
        assert!(functions.contains("vestibule-use") && functions.contains("vestibule-env"));
    }
}
