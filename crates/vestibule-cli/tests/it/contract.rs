//! What holds for every command.

use crate::support::{Lab, Ran};

/// Every command that comes to an end by itself, with the least it needs.
const COMMANDS: &[&[&str]] = &[
    &["login"],
    &["sso", "login"],
    &["status"],
    &["status", "--all"],
    &["whoami"],
    &["export-credentials"],
    &["console", "--print"],
    &["list-profiles"],
    &["list-sessions"],
    &["list-accounts"],
    &["list-roles", "--account-id", "111122223333"],
    &["configure", "get", "region"],
    &["configure", "set", "output", "json"],
    &["configure", "sso", "--session-name", "my-sso", "--profile", "new"],
    &["configure", "sso-session", "--session-name", "my-sso"],
    &["configure", "sync"],
    &["configure", "lint"],
    &["explain"],
    &["doctor"],
    &["completions", "bash"],
    &["man"],
    &["logout"],
    &["sso", "logout"],
];

/// Commands that only hold others, or that run until they are stopped.
const OTHERS: &[&[&str]] = &[&[], &["sso"], &["configure"], &["exec"], &["serve"]];

#[test]
fn every_command_has_help_with_an_example() {
    let lab = Lab::new();
    for command in COMMANDS.iter().chain(OTHERS) {
        let help = lab.run([command, &["--help"][..]].concat());
        let example = help.succeeded().stdout.split_once("Example:\n  ").map(|(_, line)| line);
        assert!(example.is_some_and(|line| line.contains("vestibule")), "{command:?}: {help:?}");
        assert_eq!(help.stderr, "");
    }
    let version = lab.run(["--version"]);
    assert_eq!(version.succeeded().stdout.lines().count(), 1);
}

#[test]
fn every_command_speaks_json() {
    let lab = Lab::signed_in();
    for command in COMMANDS {
        for args in [[command, &["--json"][..]].concat(), [&["--json"], *command].concat()] {
            let ran = lab.run(&args);
            assert!(matches!(ran.code, Some(0 | 5)), "{args:?}: {ran:?}");
            let parsed = serde_json::Deserializer::from_str(&ran.stdout).into_iter();
            let parsed: Result<Vec<serde_json::Value>, _> = parsed.collect();
            assert!(parsed.is_ok_and(|parsed| !parsed.is_empty()), "{args:?}: {ran:?}");
            lab.run(["login"]).succeeded();
        }
    }
}

#[test]
fn global_options_stand_before_and_after_the_command() {
    let lab = Lab::new();
    lab.write(".aws/config", "[profile dev]\nregion = eu-west-1\n");
    for args in [
        ["--profile", "dev", "configure", "get", "region"],
        ["configure", "--profile", "dev", "get", "region"],
        ["configure", "get", "region", "--profile", "dev"],
    ] {
        assert_eq!(lab.run(args).succeeded().stdout, "eu-west-1\n");
    }
}

#[test]
fn what_is_for_people_is_on_stderr() {
    let lab = Lab::new();
    let quiet = |ran: &Ran| assert_eq!(ran.succeeded().stdout, "", "{ran:?}");
    quiet(&lab.run(["login"]));
    quiet(&lab.run(["configure", "set", "output", "json"]));
    quiet(&lab.run(["configure", "sso", "--session-name", "my-sso", "--profile", "new"]));
    quiet(&lab.run(["configure", "sso-session", "--session-name", "my-sso"]));
    quiet(&lab.run(["configure", "sync"]));
    quiet(&lab.run(["logout"]));
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let lab = Lab::new();
    assert!(!lab.run(["export-credentials"]).stderr.contains('\u{1b}'));
    assert!(lab.run(["export-credentials", "--color", "always"]).stderr.contains('\u{1b}'));
}

#[test]
fn man_pages_are_written_for_every_command() {
    let lab = Lab::new();
    let folder = lab.path("man1").display().to_string();
    lab.run(["man", "--to", &folder]).succeeded();
    for page in ["vestibule.1", "vestibule-login.1", "vestibule-configure-sso-session.1"] {
        assert!(lab.path("man1").join(page).exists(), "{page}");
    }
}
