//! The examples in the help texts, run as typed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::keychain::HELPER;
use crate::support::{CONFIG, TestEnv};
use crate::{registry, roles_anywhere};

const DEV: &str = "
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
output = json
";

/// Commands with subcommands.
const HOLDERS: &[&[&str]] = &[
    &[],
    &["sso"],
    &["sts"],
    &["configure"],
    &["configure", "registry"],
    &["eks"],
    &["cache"],
    &["rds"],
    &["dsql"],
    &["elasticache"],
    &["memorydb"],
    &["codecommit"],
];

/// Programs that the examples run.
const PROGRAMS: &[&str] = &["terraform", "npm"];

fn env() -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}{DEV}"));
    env.run(["login"]).succeeded();
    for program in PROGRAMS {
        let file = format!("bin/{program}");
        env.write(
            &file,
            "#!/bin/sh\ntest -n \"$AWS_SESSION_TOKEN$AWS_CONTAINER_CREDENTIALS_FULL_URI\"\n",
        );
        fs::set_permissions(env.path(&file), Permissions::from_mode(0o755)).unwrap();
    }
    env
}

/// Returns an environment with what a command needs besides a session.
fn env_for(command: &[String]) -> TestEnv {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let env = if words == ["roles-anywhere"] { roles_anywhere::env() } else { env() };
    match &words[..] {
        // The session is about to expire.
        ["wait"] => env.advance(Duration::from_secs(8 * 3600 - 60)),
        // The program that reaches the keychain, in PATH.
        ["cache", "migrate"] => {
            env.write("bin/vestibule-keychain", HELPER);
            let executable = Permissions::from_mode(0o755);
            fs::set_permissions(env.path("bin/vestibule-keychain"), executable).unwrap();
        }
        ["trust"] => env.write(".aws-profile", "dev\n"),
        ["configure", "registry", name] => {
            env.write("shared/vestibule-registry", registry::REGISTRY);
            if *name == "remove" {
                let source = env.path("shared").display().to_string();
                env.run(["configure", "registry", "add", "corp", &source]).succeeded();
            }
        }
        _ => {}
    }
    env
}

/// Returns every command, as completion lists them.
fn commands(env: &TestEnv) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for holder in HOLDERS {
        let words: Vec<String> = holder.iter().map(ToString::to_string).collect();
        let asked = env.run([&["complete", "fish", "--"], *holder].concat());
        for line in asked.succeeded().stdout.lines() {
            let name = line.split('\t').next().unwrap().to_owned();
            commands.push([&words[..], &[name]].concat());
        }
        commands.push(words);
    }
    commands
}

/// Returns the first line, with those that continue it.
fn first_command(examples: &str) -> &str {
    let mut ends = examples.match_indices('\n').map(|(end, _)| &examples[..end]);
    ends.find(|line| !line.ends_with('\\')).unwrap_or(examples)
}

/// Runs a line in a shell. Prompts are answered with their default.
fn run_in_shell(env: &TestEnv, line: &str) {
    let folder = Path::new(env!("CARGO_BIN_EXE_vestibule")).parent().unwrap();
    let bin = env.path("bin").display().to_string();
    let path = format!("{bin}:{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    let asks = line.starts_with("vestibule configure sso");
    let script = if cfg!(target_os = "linux") {
        format!("script --quiet --return --command '{line}' /dev/null")
    } else {
        format!("script -q /dev/null sh -c '{line}'")
    };
    let terminal = format!("printf '\n\n\n\n\n\n\n\n' | {script}");
    shell.current_dir(env.path("")).args(["-c", if asks { &terminal } else { line }]);
    env.prepared(shell).env("PATH", path).run().succeeded();
}

#[test]
fn help_examples_work_as_typed() {
    let commands = commands(&env());
    assert!(20 < commands.len(), "{commands:?}");
    for command in commands {
        let env = env_for(&command);
        let help = env.run([&command[..], &["--help".to_owned()]].concat());
        let example = help.succeeded().stdout.split_once("Example:\n  ").map(|(_, line)| line);
        let example = example.unwrap_or_else(|| panic!("{command:?} has no example"));
        run_in_shell(&env, first_command(example));
    }
}
