//! The shell functions `vestibule-use` and `vestibule-env`.

use std::process::Command;

use crate::support::{CONFIG, Invocation, Output, TestEnv};

/// Returns an environment with the profile `dev`, signed in.
fn env() -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", &(CONFIG.replace("[default]", "[profile dev]") + "[profile 'o k']\n"));
    env.run(["login", "--profile", "dev"]).succeeded();
    env
}

/// Returns the output of a script in a shell with the functions, and with stale keys and a stale region
/// in its environment.
fn output(env: &TestEnv, shell: &str, script: &str) -> Output {
    let functions = env.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
    env.write("functions", &functions);
    let run = invocation(env, shell, &format!(". ./functions; {script}"));
    let run = run.env("AWS_ACCESS_KEY_ID", "stale").env("AWS_SECRET_ACCESS_KEY", "stale");
    run.env("AWS_REGION", "ap-south-1").run()
}

/// Returns the stdout of such a script.
fn run_shell(env: &TestEnv, shell: &str, script: &str) -> String {
    output(env, shell, script).succeeded().stdout.clone()
}

/// Returns a shell without the files of its user, with the program in its PATH.
fn invocation<'a>(env: &'a TestEnv, shell: &str, script: &str) -> Invocation<'a> {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_vestibule"));
    let folder = program.parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new(shell);
    match shell {
        "zsh" => command.arg("-f"),
        "fish" => command.arg("--no-config"),
        _ => command.arg("--norc"),
    };
    command.args(["-c", script]).current_dir(env.path(""));
    env.prepared(command).env("PATH", path)
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
fn vestibule_use_describes_the_profile_with_its_own_region() {
    let env = env();
    for (shell, function) in
        SHELLS.into_iter().flat_map(|shell| [(shell, "vestibule-use"), (shell, "vestibule-env")])
    {
        let ran = output(&env, shell, &format!("{function} dev"));
        let shown = &ran.succeeded().stderr;
        assert!(shown.contains("111122223333, us-east-1"), "{shell} {function}: {shown}");
        assert!(!shown.contains("ap-south-1"), "{shell} {function}: {shown}");
        let has_time = shown.contains("m left)");
        assert!(has_time || function == "vestibule-use", "{shell} {function}: {shown}");
    }
}

#[test]
fn vestibule_env_uses_the_profile_of_the_folder() {
    let env = env();
    env.write(".aws-profile", "dev\n");
    env.vestibule(["trust"]).in_folder(&env.path("")).run().succeeded();
    for shell in SHELLS {
        let shown = run_shell(&env, shell, "vestibule-env; env | grep VESTIBULE");
        assert!(has_line(&shown, "VESTIBULE_PROFILE=dev"), "{shell}: {shown}");
    }
}

#[test]
fn switch_functions_print_help_and_change_nothing() {
    let env = env();
    for shell in SHELLS {
        for line in ["vestibule-use --help", "vestibule-use dev -h", "vestibule-env -h"] {
            let shown = run_shell(&env, shell, &format!("{line}; env"));
            assert!(shown.contains("Usage: vestibule-use [PROFILE]"), "{shell}: {shown}");
            assert!(has_line(&shown, "AWS_ACCESS_KEY_ID=stale"), "{shell}: {shown}");
            assert!(!shown.contains("\nAWS_PROFILE="), "{shell}: {shown}");
        }
        for line in ["vestibule-use --version", "vestibule-use --region x dev"] {
            let ran = output(&env, shell, &format!("{line} || env"));
            let shown = &ran.succeeded().stdout;
            assert!(!shown.contains("\nAWS_PROFILE="), "{shell} {line}: {shown}");
            assert!(!ran.stderr.contains("vestibule select --help"), "{shell}: {ran:?}");
        }
    }
}

/// The hint is run in the shell that the program was started from.
#[test]
fn use_command_names_the_line_that_switches_the_shell() {
    let env = env();
    for shell in SHELLS {
        let script = match shell {
            "fish" => "eval (vestibule use dev 2>&1 | string replace -rf '^hint: ' ''); env",
            _ => "eval \"$(vestibule use dev 2>&1 | sed -n 's/^hint: //p')\"; env",
        };
        let shown = invocation(&env, shell, script).run().succeeded().stdout.clone();
        assert!(has_line(&shown, "AWS_PROFILE=dev"), "{shell}: {shown}");
    }
    for name in ["use", "switch", "assume", "set-profile"] {
        env.run([name, "dev"])
            .exits_with(2)
            .stderr_contains("A program cannot change the profile of the shell")
            .stderr_contains("vestibule-use dev\n");
    }
    env.run(["use", "--unset"]).exits_with(2).stderr_contains("vestibule-use --unset\n");
    let json = env.run(["use", "--json"]).exits_with(2).json();
    assert!(json["error"]["remedy"].as_str().unwrap().ends_with("vestibule-use"), "{json}");
}

#[test]
fn zsh_integration_without_compinit_is_silent_and_completes_once_it_runs() {
    let env = env();
    let script = "eval \"$(vestibule completions zsh)\"; eval \"$(vestibule completions zsh --switch)\"; \
                  for hook in $precmd_functions; do $hook; done";
    let ran = invocation(&env, "zsh", script).run();
    assert_eq!((ran.succeeded().stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let script = script.replace(
        "for hook",
        "autoload -Uz compinit; compinit -u -D; \
         for hook",
    );
    let script = format!(
        "{script}; print -r -- \"$_comps[vestibule] $_comps[vestibule-use] [$precmd_functions]\""
    );
    let ran = invocation(&env, "zsh", &script).run();
    assert_eq!(ran.succeeded().stdout, "_vestibule _vestibule_profiles []\n");
    assert_eq!(ran.stderr, "");
}

#[test]
fn switch_functions_exist_for_every_shell() {
    let env = TestEnv::new();
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let functions = env.run(["completions", shell, "--switch"]).succeeded().stdout.clone();
        assert!(functions.contains("vestibule-use") && functions.contains("vestibule-env"));
    }
}
