//! The picker, in a terminal that `script` creates.

use crate::support::in_terminal;
use crate::support::{Running, TestEnv};

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

/// Starts the program in a terminal and waits for its list. Stdout and stderr are one stream there.
fn start_picker<'a>(env: &'a TestEnv, command: &str, question: &str) -> Running<'a> {
    let terminal = in_terminal(&format!("{} {command}", env!("CARGO_BIN_EXE_vestibule")));
    let mut running = env
        .prepared(terminal)
        .env("TERM", "xterm")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .with_keyboard()
        .start();
    while !running.line().unwrap().contains(question) {}
    running
}

fn env() -> TestEnv {
    let env = TestEnv::signed_in();
    env.write(".aws/config", PROFILES);
    env
}

#[test]
fn picker_without_a_default_profile_filters_by_typing() {
    let env = env();
    let mut running = start_picker(&env, "whoami --region us-east-1", "Profile:");
    running.type_line("on");
    let ran = running.wait();
    assert!(ran.succeeded().stdout.contains("Profile:"), "{ran:?}");
    assert!(ran.stdout.contains("111122223333"), "{ran:?}");
}

#[test]
fn pick_opens_the_picker_beside_a_default_profile() {
    let env = env();
    env.write(".aws/config", &format!("[default]\nregion = eu-west-1\n{PROFILES}"));
    let mut running = start_picker(&env, "whoami --pick --region us-east-1", "Profile:");
    running.type_line("one");
    let ran = running.wait();
    assert!(ran.succeeded().stdout.contains("111122223333"), "{ran:?}");
    // Profiles with a region alone are not listed.
    assert!(ran.stdout.contains("[1 in all") && !ran.stdout.contains("eu-west-1"), "{ran:?}");
}

#[test]
fn picker_finds_a_profile_by_the_tags_of_its_account() {
    let env = env();
    let tags = "vestibule_sync_tags = 111122223333=team:data\n";
    env.write(".aws/config", &format!("{PROFILES}{tags}"));
    let mut running = start_picker(&env, "whoami --region us-east-1", "Profile:");
    running.type_line("team:data");
    let ran = running.wait();
    assert!(ran.succeeded().stdout.contains("111122223333"), "{ran:?}");
}

#[test]
fn picker_search_without_a_match_is_cleared_by_ctrl_u() {
    let env = env();
    let mut running = start_picker(&env, "whoami --region us-east-1", "Profile:");
    running.type_line("xyz\u{15}one");
    let ran = running.wait();
    assert!(ran.succeeded().stdout.contains("no match; Ctrl-U clears the search"), "{ran:?}");
    assert!(ran.stdout.contains("111122223333"), "{ran:?}");
}

#[test]
fn picker_ctrl_c_exits_with_130() {
    let env = env();
    let mut running = start_picker(&env, "export-credentials", "Profile:");
    running.type_line("\u{3}");
    let ran = running.wait();
    assert!(ran.exits_with(130).stdout.trim_end().ends_with("Cancelled"), "{ran:?}");
}

#[test]
fn picker_without_a_terminal_does_not_open() {
    let env = env();
    let quiet = |args: &[&str]| {
        env.vestibule(args).env("AWS_EC2_METADATA_DISABLED", "true").run().exits_with(7).code
    };
    assert_eq!(quiet(&["export-credentials"]), Some(7));
    assert_eq!(quiet(&["export-credentials", "--no-input"]), Some(7));
    env.run(["export-credentials", "--profile", "three"]).exits_with(6);
}
