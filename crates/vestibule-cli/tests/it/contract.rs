//! What holds for every command.

use crate::support::{Lab, Ran};

/// Every command that comes to an end by itself, with the least it needs.
const COMMANDS: &[&[&str]] = &[
    &["login"],
    &["sso", "login"],
    &["status"],
    &["status", "--all"],
    &["status", "--prompt"],
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
    &["logout", "--all"],
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
            // A sign-in tells what happens, line by line; everything else is one document.
            if command.contains(&"login") {
                assert!(!ran.events().is_empty(), "{args:?}: {ran:?}");
            } else {
                ran.json();
            }
            lab.run(["login"]).succeeded();
        }
    }
}

/// Every command that needs a profile or a sign-in, and how it ends where nobody signed in, where
/// the profile that is named is not there, and where nothing at all is configured.
const CODES: &[(&[&str], [i32; 3])] = &[
    (&["status"], [5, 6, 6]),
    (&["status", "--all"], [5, 6, 0]),
    (&["status", "--prompt"], [5, 6, 6]),
    (&["whoami"], [4, 6, 7]),
    (&["export-credentials"], [4, 6, 7]),
    (&["exec", "--", "true"], [4, 6, 7]),
    (&["serve", "--", "true"], [4, 6, 7]),
    (&["console", "--print"], [4, 6, 7]),
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

/// The same code with and without `--json`; of an error stdout has nothing, or the one document.
#[track_caller]
fn ends(lab: &Lab, command: &[&str], options: &[&str], code: i32) {
    let run = |options: &[&str]| {
        let run = lab.vestibule([options, command].concat());
        run.env("AWS_EC2_METADATA_DISABLED", "true").run()
    };
    let plain = run(options);
    plain.ended(code);
    let json = run(&[options, &["--json"]].concat());
    json.ended(code);
    if matches!(code, 0 | 5) {
        assert!(!plain.stderr.contains("error:"), "{command:?}: {plain:?}");
        return;
    }
    assert_eq!(plain.stdout, "", "{command:?}");
    // A shell's prompt has no room for errors.
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
fn every_command_ends_as_the_contract_says() {
    let lab = Lab::new();
    for (command, [signed_out, no_profile, _]) in CODES {
        ends(&lab, command, &[], *signed_out);
        ends(&lab, command, &["--profile", "nobody"], *no_profile);
        ends(&lab, command, &["--bogus"], 2);
    }
    lab.write(".aws/config", "");
    for (command, [.., nothing]) in CODES {
        ends(&lab, command, &[], *nothing);
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
fn color_is_for_terminals_unless_asked_for() {
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
