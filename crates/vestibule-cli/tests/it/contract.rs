//! The contract of every command.

use std::fs;

use crate::support::{Output, TestEnv};

/// Every command that exits by itself, with its required arguments.
const COMMANDS: &[&[&str]] = &[
    &["login"],
    &["sso", "login"],
    &["status"],
    &["status", "--all"],
    &["status", "--prompt"],
    &["wait", "--until-expiry", "9h"],
    &["whoami"],
    &["export-credentials"],
    &["console", "--print"],
    &["list-profiles"],
    &["list-sessions"],
    &["list-profiles", "--long"],
    &["list-accounts"],
    &["list-roles"],
    &["sso", "list-accounts"],
    &["sso", "list-account-roles", "--account-id", "111122223333"],
    &["sso", "get-role-credentials", "--account-id", "111122223333", "--role-name", "SampleRole"],
    &["sts", "get-caller-identity"],
    &["configure", "export-credentials"],
    &["configure", "list-profiles"],
    &["configure", "list"],
    &["list-roles", "--account-id", "111122223333"],
    &["configure", "get", "region"],
    &["configure", "set", "output", "json"],
    &["configure", "sso", "--session-name", "my-sso", "--profile", "new"],
    &["configure", "sso-session", "--session-name", "my-sso"],
    &["configure", "sync"],
    &["configure", "registry", "list"],
    &["configure", "registry", "sync"],
    &["configure", "lint"],
    &["explain"],
    &["doctor"],
    &["cache", "list"],
    &["cache", "verify"],
    &["cache", "repair"],
    &["completions", "bash"],
    &["man"],
    &["logout"],
    &["logout", "--all"],
    &["sso", "logout"],
    &["eks", "get-token", "--cluster-name", "my-cluster"],
    &["eks", "update-kubeconfig", "--name", "my-cluster"],
    &["rds", "generate-db-auth-token", "--hostname", "h", "--port", "1", "--username", "u"],
    &["dsql", "generate-db-connect-auth-token", "--hostname", "h"],
    &["dsql", "generate-db-connect-admin-auth-token", "--hostname", "h"],
    &["elasticache", "generate-auth-token", "--cache-name", "c", "--username", "u"],
    &["memorydb", "generate-auth-token", "--cluster-name", "c", "--username", "u"],
];

/// Commands with subcommands, and commands that run until they are stopped.
const OTHERS: &[&[&str]] = &[
    &[],
    &["sso"],
    &["sts"],
    &["configure"],
    &["exec"],
    #[cfg(unix)]
    &["agent"],
    &["serve"],
    &["eks"],
    &["cache"],
    &["rds"],
    &["dsql"],
    &["elasticache"],
    &["memorydb"],
    &["codecommit"],
    &["codecommit", "credential-helper"],
    &["trust"],
    &["roles-anywhere"],
    &["configure", "registry"],
    &["configure", "registry", "add"],
    &["configure", "registry", "remove"],
];

#[test]
fn every_command_help_has_an_example() {
    let env = TestEnv::new();
    for command in COMMANDS.iter().chain(OTHERS) {
        let help = env.run([command, &["--help"][..]].concat());
        let example = help.succeeded().stdout.split_once("Example:\n  ").map(|(_, line)| line);
        assert!(example.is_some_and(|line| line.contains("vestibule")), "{command:?}: {help:?}");
        assert_eq!(help.stderr, "");
    }
    let version = env.run(["--version"]);
    assert_eq!(version.succeeded().stdout.lines().count(), 1);
}

#[test]
fn every_command_json_is_parseable() {
    let env = TestEnv::signed_in();
    for command in COMMANDS {
        for args in [[command, &["--json"][..]].concat(), [&["--json"], *command].concat()] {
            let ran = env.run(&args);
            assert!(matches!(ran.code, Some(0 | 5)), "{args:?}: {ran:?}");
            // `login` prints JSON lines; every other command prints one document.
            if command.contains(&"login") {
                assert!(!ran.events().is_empty(), "{args:?}: {ran:?}");
            } else {
                ran.json();
            }
            env.run(["login"]).succeeded();
        }
    }
}

/// Commands with their exit codes when signed out, when the named profile does not exist, and when
/// nothing is configured.
const CODES: &[(&[&str], [i32; 3])] = &[
    (&["status"], [5, 6, 6]),
    (&["status", "--all"], [5, 6, 0]),
    (&["status", "--prompt"], [5, 6, 6]),
    (&["wait"], [4, 6, 6]),
    (&["whoami"], [4, 6, 7]),
    (&["export-credentials"], [4, 6, 7]),
    (&["exec", "--", "hostname"], [4, 6, 7]),
    (&["serve", "--", "hostname"], [4, 6, 7]),
    (&["console", "--print"], [4, 6, 7]),
    (&["eks", "get-token", "--cluster-name", "c"], [4, 6, 7]),
    (&["eks", "update-kubeconfig", "--name", "c"], [4, 6, 7]),
    (&["dsql", "generate-db-connect-auth-token", "--hostname", "h"], [4, 6, 7]),
    (&["list-profiles"], [0, 0, 0]),
    (&["list-sessions"], [0, 0, 0]),
    (&["list-accounts"], [4, 6, 6]),
    (&["list-roles", "--account-id", "111122223333"], [4, 6, 6]),
    (&["configure", "get", "region"], [0, 6, 6]),
    (&["configure", "lint"], [0, 0, 0]),
    (&["explain"], [0, 6, 0]),
    (&["completions", "bash"], [0, 0, 0]),
    (&["man"], [0, 0, 0]),
    (&["logout"], [0, 6, 6]),
    (&["logout", "--all"], [0, 6, 0]),
];

/// Checks that the exit code is the same with and without `--json`, and that stdout has nothing but
/// the result.
#[track_caller]
fn ends(env: &TestEnv, command: &[&str], options: &[&str], code: i32) {
    let run = |options: &[&str]| {
        let run = env.vestibule([options, command].concat());
        run.env("AWS_EC2_METADATA_DISABLED", "true").run()
    };
    let plain = run(options);
    plain.exits_with(code);
    let json = run(&[options, &["--json"]].concat());
    json.exits_with(code);
    if matches!(code, 0 | 5) {
        assert!(!plain.stderr.contains("error:"), "{command:?}: {plain:?}");
        return;
    }
    assert_eq!(plain.stdout, "", "{command:?}");
    // `--prompt` prints no errors into a shell prompt.
    let errors = usize::from(!command.contains(&"--prompt") || code == 2);
    assert_eq!(plain.stderr.lines().filter(|line| line.starts_with("error: ")).count(), errors);
    assert_eq!(json.stderr, "", "{command:?}");
    let error = &json.json()["error"];
    for member in ["kind", "message"] {
        assert!(!error[member].as_str().unwrap().is_empty(), "{command:?}: {error}");
    }
    assert!(error["causes"].is_array(), "{command:?}: {error}");
}

#[test]
fn every_command_exits_as_documented() {
    let env = TestEnv::new();
    for (command, [signed_out, no_profile, _]) in CODES {
        ends(&env, command, &[], *signed_out);
        ends(&env, command, &["--profile", "unknown"], *no_profile);
        ends(&env, command, &["--bogus"], 2);
    }
    env.write(".aws/config", "");
    for (command, [.., nothing]) in CODES {
        ends(&env, command, &[], *nothing);
    }
}

#[test]
fn global_options_are_accepted_before_and_after_the_command() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\nregion = eu-west-1\n");
    for args in [
        ["--profile", "dev", "configure", "get", "region"],
        ["configure", "--profile", "dev", "get", "region"],
        ["configure", "get", "region", "--profile", "dev"],
    ] {
        assert_eq!(env.run(args).succeeded().stdout, "eu-west-1\n");
    }
}

#[test]
fn messages_go_to_stderr() {
    let env = TestEnv::new();
    let quiet = |ran: &Output| assert_eq!(ran.succeeded().stdout, "", "{ran:?}");
    quiet(&env.run(["login"]));
    quiet(&env.run(["configure", "set", "output", "json"]));
    quiet(&env.run(["configure", "sso", "--session-name", "my-sso", "--profile", "new"]));
    quiet(&env.run(["configure", "sso-session", "--session-name", "my-sso"]));
    quiet(&env.run(["configure", "sync"]));
    quiet(&env.run(["logout"]));
}

#[test]
fn color_is_off_without_a_terminal_unless_forced() {
    let env = TestEnv::new();
    assert!(!env.run(["export-credentials"]).stderr.contains('\u{1b}'));
    assert!(env.run(["export-credentials", "--color", "always"]).stderr.contains('\u{1b}'));
}

#[test]
fn man_writes_a_page_per_command() {
    let env = TestEnv::new();
    let folder = env.path("man1").display().to_string();
    env.run(["man", "--to", &folder]).succeeded();
    for page in ["vestibule.1", "vestibule-login.1", "vestibule-configure-sso-session.1"] {
        let text = fs::read_to_string(env.path("man1").join(page)).unwrap();
        for section in ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"] {
            assert!(text.contains(section), "{page}: {section}");
        }
    }
}

#[test]
fn version_json_names_target_and_features() {
    let env = TestEnv::new();
    let version = env.run(["--version", "--json"]).json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["target"].as_str().unwrap().contains(std::env::consts::ARCH), "{version}");
    assert!(version["features"].is_array() && version.get("commit").is_some(), "{version}");
    assert_eq!(env.run(["--version"]).stdout, format!("vestibule {}\n", env!("CARGO_PKG_VERSION")));
}

/// Otherwise a program that reads the lines of `aws` would read more than it knows.
#[test]
fn export_credentials_prints_a_region_on_request_only() {
    let env = TestEnv::signed_in();
    let lines = |args: &[&str]| {
        let ran = env.run([&["export-credentials", "--format", "env"], args].concat());
        let shown = ran.succeeded().stdout.clone();
        shown.lines().skip(4).map(str::to_owned).collect::<Vec<_>>()
    };
    let region = |name: &str| {
        ["AWS_REGION", "AWS_DEFAULT_REGION"].map(|variable| format!("export {variable}={name}"))
    };
    assert_eq!(lines(&[]), [""; 0]);
    assert_eq!(lines(&["--with-region"]), region("us-east-1"));
    assert_eq!(lines(&["--region", "eu-west-1"]), region("eu-west-1"));
    let process = env.run(["export-credentials", "--region", "us-east-1"]).succeeded().json();
    assert_eq!(process.as_object().unwrap().len(), 5);
    env.run(["export-credentials", "--with-region"])
        .exits_with(2)
        .stderr_contains("--with-region needs a --format");
}
