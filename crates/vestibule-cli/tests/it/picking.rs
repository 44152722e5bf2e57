//! Choosing from a list, in a terminal that `script` makes.

use std::process::Command;

use crate::support::{Lab, Running};

const PROFILES: &str = "\
[profile one]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
[profile two]
region = eu-west-1
[sso-session my-sso]
sso_start_url = https://provided-domain.awsapps.com/start
sso_region = us-east-1
";

/// The program in a terminal, once it shows its list. Both streams are one there.
fn asks<'a>(lab: &'a Lab, command: &str, question: &str) -> Running<'a> {
    let mut terminal = Command::new("script");
    let command = format!("{} {command}", env!("CARGO_BIN_EXE_vestibule"));
    terminal.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
    let mut running = lab
        .prepared(terminal)
        .env("TERM", "xterm")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .with_keyboard()
        .start();
    while !running.line().unwrap().contains(question) {}
    running
}

fn lab() -> Lab {
    let lab = Lab::signed_in();
    lab.write(".aws/config", PROFILES);
    lab
}

#[test]
fn a_few_letters_choose_a_profile_where_none_is_the_default() {
    let lab = lab();
    let mut running = asks(&lab, "whoami --region us-east-1", "Profile: ");
    running.types("on");
    let ran = running.ends();
    assert!(ran.succeeded().stdout.contains("Profile: one"), "{ran:?}");
    assert!(ran.stdout.contains("111122223333"), "{ran:?}");
}

#[test]
fn control_c_ends_the_choice_with_130() {
    let lab = lab();
    let mut running = asks(&lab, "export-credentials", "Profile: ");
    running.types("\u{3}");
    running.ends().ended(130);
}

#[test]
fn a_profile_that_is_named_and_a_terminal_that_is_none_leave_the_error_as_it_was() {
    let lab = lab();
    let quiet = |args: &[&str]| {
        lab.vestibule(args).env("AWS_EC2_METADATA_DISABLED", "true").run().ended(7).code
    };
    assert_eq!(quiet(&["export-credentials"]), Some(7));
    assert_eq!(quiet(&["export-credentials", "--no-input"]), Some(7));
    lab.run(["export-credentials", "--profile", "three"]).ended(6);
}
