//! `status` and the switch functions for profiles of every kind.

use std::time::Duration;

use vestibule_emulator::{Emulator, IamRole};

use crate::support::{CONFIG, TestEnv};

const MINUTE: Duration = Duration::from_secs(60);

const PROFILES: &str = "
[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = default
region = us-east-1

[profile legacy-ci]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-a-secret

[profile old-dev]
sso_start_url = https://provided-domain.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = SampleRole

[profile empty]
region = eu-west-1
";

/// Returns an environment with a role to assume, role credentials of this length, and [`PROFILES`].
fn with_role_duration(role_duration: Duration) -> TestEnv {
    let role = IamRole::new("444455556666", "Deployer").trusts("111122223333");
    let emulator = Emulator::builder().iam_role(role).role_duration(role_duration);
    let env = TestEnv::with_emulator(emulator);
    env.write(".aws/config", &format!("{CONFIG}{PROFILES}"));
    env.run(["login"]).succeeded();
    env
}

fn signed_in() -> TestEnv {
    with_role_duration(60 * MINUTE)
}

/// Returns the segment of the shell prompt.
fn prompt(env: &TestEnv, profile: &str) -> String {
    env.run(["status", "--prompt", "--color", "always", profile])
        .stdout
        .trim_end()
        .replace('\u{1b}', "␛")
}

#[test]
fn status_of_a_role_to_assume_shows_its_account_and_expiration() {
    let env = signed_in();
    env.run(["export-credentials", "--profile", "default"]).succeeded();
    let shown = env.run(["status", "deploy"]).succeeded().stdout.clone();
    let role = "role          Deployer in 444455556666\nsource        SampleRole in 111122223333\n";
    assert!(shown.contains(&format!("{role}credentials   none cached\n")), "{shown}");
    let json = env.run(["status", "deploy", "--json"]).succeeded().json();
    assert_eq!(json["roleCredentials"]["role"], "Deployer in 444455556666");
    assert_eq!(json["roleCredentials"]["source"], "SampleRole in 111122223333");
    env.advance(20 * MINUTE);
    env.run(["export-credentials", "--profile", "deploy"]).succeeded();
    let shown = env.run(["status", "deploy"]).succeeded().stdout.clone();
    assert!(shown.contains("credentials   cached, expire at "), "{shown}");
    assert_eq!(prompt(&env, "deploy"), "deploy 444455556666 ␛[32m59m␛[0m");
}

#[test]
fn prompt_shows_the_expiration_of_cached_credentials() {
    let role = Emulator::builder().role_duration(14 * MINUTE);
    let env = TestEnv::with_emulator(role.access_token_duration(MINUTE / 2));
    env.run(["login"]).succeeded();
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[32m~␛[0m");
    env.run(["whoami"]).succeeded();
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[32m13m␛[0m");
    env.advance(MINUTE);
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[32m12m␛[0m");
}

#[test]
fn prompt_warns_before_the_portal_session_expires() {
    let env = signed_in();
    env.advance(Duration::from_secs(7 * 3600) + 50 * MINUTE);
    env.run(["whoami", "--profile", "default"]).succeeded();
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[33m9m␛[0m");
}

#[test]
fn cached_credentials_of_an_expired_session_are_shown_as_long_as_they_are_used() {
    let env = signed_in();
    env.run(["whoami", "--profile", "default"]).succeeded();
    env.emulator.revoke_sessions();
    env.run(["list-accounts", "--sso-session", "my-sso"])
        .exits_with(4)
        .stderr_contains("Your SSO session \"my-sso\" has expired or was revoked.");
    let exec = ["exec", "default", "--", "hostname"];
    env.run(exec).succeeded();
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[33m59m !␛[0m");
    let shown = env.run(["status", "default"]).exits_with(4).stdout.clone();
    assert!(shown.contains("the session has expired or was revoked"), "{shown}");
    assert!(!shown.contains("portal"), "{shown}");
    assert!(!shown.contains("too short"), "{shown}");
    let explained = env.run(["explain", "default"]).succeeded().stdout.clone();
    assert!(!explained.contains("portal session"), "{explained}");
    env.advance(46 * MINUTE);
    env.run(exec).exits_with(4);
    assert_eq!(prompt(&env, "default"), "default 111122223333 ␛[31;1m!␛[0m");
    let shown = env.run(["status", "default"]).exits_with(4).stdout.clone();
    assert!(shown.contains(": too short to be used without a sign-in\n"), "{shown}");
}

#[test]
fn prompt_of_a_profile_with_keys_names_them() {
    let env = signed_in();
    assert_eq!(prompt(&env, "legacy-ci"), "legacy-ci keys");
    env.run(["status", "--prompt", "legacy-ci"]).succeeded();
    for command in ["status", "login"] {
        env.run([command, "legacy-ci"])
            .exits_with(6)
            .stderr_contains("Profile \"legacy-ci\" does not use SSO.")
            .stderr_contains("hint: vestibule whoami --profile legacy-ci\n");
    }
}

#[test]
fn inline_session_is_listed_by_its_profile_and_signed_in_with_all() {
    let env = signed_in();
    let status = env.run(["status", "--all"]);
    let shown = &status.exits_with(5).stdout;
    assert!(
        shown.lines().any(|line| line.starts_with("profile old-dev  not signed in")),
        "{shown}"
    );
    status.stderr_contains("hint: vestibule login --profile old-dev\n");
    let sessions = env.run(["list-sessions", "--long"]).succeeded().stdout.clone();
    assert!(sessions.contains("\nprofile old-dev\thttps://"), "{sessions}");
    env.run(["login", "--all"]).succeeded();
    let json = env.run(["status", "--all", "--json"]).succeeded().json();
    let old = &json[1];
    assert_eq!((&old["profile"], &old["state"]), (&"old-dev".into(), &"signedIn".into()));
}

#[test]
fn profile_without_credentials_is_not_selected_and_lists_those_that_have() {
    let env = signed_in();
    for (command, hint) in [
        (&["whoami", "empty"][..], "vestibule whoami --profile default"),
        (&["select", "empty"], "vestibule-use default"),
        (&["select", "--keep", "empty"], "vestibule-env default"),
    ] {
        env.run(command)
            .exits_with(7)
            .stderr_contains("Profile \"empty\" has no credentials. Profiles that use SSO: default")
            .stderr_contains(&format!("hint: {hint}\n"));
    }
}

#[test]
fn switch_shows_the_time_left_of_the_credentials() {
    let env = signed_in();
    let select = || env.run(["select", "default"]).succeeded().stderr.clone();
    assert_eq!(select(), "default: SampleRole in 111122223333, us-east-1\n");
    env.run(["whoami", "--profile", "default"]).succeeded();
    assert_eq!(select(), "default: SampleRole in 111122223333, us-east-1 (59m left)\n");
    let role = env.run(["select", "deploy"]);
    assert_eq!(role.succeeded().stderr, "deploy: Deployer in 444455556666, us-east-1\n");
    assert_eq!(env.run(["select", "--keep", "default"]).succeeded().stderr, "");
}
