//! `status`, which reads local files only.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use vestibule_emulator::Operation;

use crate::support::{CONFIG, Invocation, TestEnv};

const HOUR: Duration = Duration::from_secs(3600);

/// Checks the prompt segment and the exit code.
#[track_caller]
fn check(env: &TestEnv, segment: &str, code: i32) {
    let calls = env.emulator.requests().len();
    let ran = env.run(["status", "--prompt"]);
    assert_eq!((ran.stdout.as_str(), ran.code), (segment, Some(code)), "{ran:?}");
    assert_eq!(ran.stderr, "", "a prompt has no room for more");
    assert_eq!(env.emulator.requests().len(), calls);
}

#[test]
fn status_prompt_prints_one_segment() {
    let env = TestEnv::new();
    check(&env, "default 111122223333 !\n", 5);
    env.run(["login"]).succeeded();
    env.advance(Duration::from_secs(30));
    check(&env, "default 111122223333 59m\n", 0);
    env.advance(HOUR);
    check(&env, "default 111122223333 ~\n", 3);
    let mut token = env.token();
    token["refreshToken"] = Value::Null;
    fs::write(env.token_file(), token.to_string()).unwrap();
    check(&env, "default 111122223333 !\n", 4);
    fs::write(env.token_file(), "nonsense").unwrap();
    check(&env, "default 111122223333 !\n", 4);
}

#[test]
fn status_prompt_legacy_profile_shows_the_portal() {
    let env = TestEnv::new();
    let older = CONFIG.split("\n[sso-session").next().unwrap().replace(
        "sso_session = my-sso",
        "sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1",
    );
    env.write(".aws/config", &older);
    check(&env, "default 111122223333 !\n", 5);
}

#[test]
fn status_prompt_shows_account_names_of_the_last_listing() {
    let env = TestEnv::signed_in();
    env.run(["list-accounts"]).succeeded();
    let ran = env.run(["status", "--prompt"]);
    assert!(ran.stdout.starts_with("default Sample"), "{ran:?}");
    assert_eq!(env.run(["status", "--prompt", "--sso-session", "my-sso"]).stdout, "my-sso 59m\n");
}

/// Returns the program with these keys in its environment.
fn with_keys<'a>(env: &'a TestEnv, args: &[&str], expiration: &str) -> Invocation<'a> {
    env.vestibule(args)
        .env("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_CREDENTIAL_EXPIRATION", expiration)
}

const PAST: &str = "1970-01-01T00:00:00Z";

#[test]
fn status_prompt_in_a_switched_shell_is_about_its_credentials() {
    let env = TestEnv::signed_in();
    let prompt = |expiration: &str| {
        let run = with_keys(&env, &["status", "--prompt"], expiration);
        let run = run.env("VESTIBULE_PROFILE", "default").env("VESTIBULE_EXPIRATION", expiration);
        run.run().stdout
    };
    assert_eq!(prompt(PAST), "default 111122223333 !\n");
    assert_eq!(prompt(""), "default 111122223333 59m\n");
}

#[test]
fn status_prompt_shows_keys_of_the_environment_in_place_of_the_profile() {
    let env = TestEnv::signed_in();
    let prompt = |expiration| {
        with_keys(&env, &["status", "--prompt"], expiration).env("AWS_PROFILE", "default")
    };
    let ran = prompt("").run();
    assert_eq!(
        (ran.succeeded().stdout.as_str(), ran.stderr.as_str()),
        ("environment ASIAEXAMPLE\n", "")
    );
    assert_eq!(prompt(PAST).run().exits_with(6).stdout, "environment ASIAEXAMPLE !\n");
    let account = prompt("").env("AWS_ACCOUNT_ID", "444455556666").run();
    assert_eq!(account.succeeded().stdout, "environment 444455556666\n");
    // Keys that were set after those of `exec`.
    let marked = prompt("").env("VESTIBULE_PROFILE", "default").env("VESTIBULE_EXPIRATION", PAST);
    assert_eq!(marked.run().succeeded().stdout, "environment ASIAEXAMPLE\n");
    let named = with_keys(&env, &["status", "--prompt", "--profile", "default"], "").run();
    assert_eq!(named.succeeded().stdout, "default 111122223333 59m\n");
}

/// All commands about credentials say the same.
#[test]
fn commands_warn_of_a_profile_that_keys_in_the_environment_precede() {
    let env = TestEnv::signed_in();
    let run = |args: &[&str]| with_keys(&env, args, "").env("AWS_PROFILE", "default").run();
    for args in [
        &["status"][..],
        &["explain"],
        &["configure", "list"],
        &["whoami"],
        &["export-credentials"],
        &["exec", "--", "hostname"],
        &["console", "--print"],
    ] {
        let ran = run(args);
        let warning = "warning: AWS_PROFILE=default is ignored while AWS_ACCESS_KEY_ID is set";
        assert_eq!(ran.stderr.matches(warning).count(), 1, "{ran:?}");
    }
    let shown = run(&["status"]).succeeded().stdout.clone();
    assert!(shown.ends_with("in use        keys ASIAEXAMPLE (AWS_ACCESS_KEY_ID)\n"), "{shown}");
    assert!(!shown.contains("SampleRole"), "{shown}");
    let json = run(&["status", "--json"]).json();
    assert_eq!(json["inUse"]["origin"], "AWS_ACCESS_KEY_ID");
    assert_eq!(json["roleCredentials"], Value::Null);
}

#[test]
fn status_prompt_without_a_profile_shows_the_only_session() {
    let env = TestEnv::signed_in();
    let without_default = CONFIG.replace("[default]", "[profile dev]");
    for config in [without_default.clone(), format!("[default]\nregion = x\n{without_default}")] {
        env.write(".aws/config", &config);
        check(&env, "my-sso 59m\n", 0);
    }
}

#[test]
fn expired_keys_in_a_switched_shell_are_replaced_by_another_shell() {
    let env = TestEnv::signed_in();
    env.vestibule(["whoami"])
        .env("VESTIBULE_PROFILE", "my dev")
        .env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hidden")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .run()
        .exits_with(6)
        .stderr_contains("hint: leave this shell and run: vestibule exec 'my dev'\n");
}

#[test]
fn status_prompt_without_sso_prints_nothing() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    check(&env, "", 6);
    env.write(".aws/config", "[default]\nregion\n");
    check(&env, "", 6);
}

/// After a refused refresh, every command says the same.
#[test]
fn commands_after_a_refused_refresh_agree_that_the_session_expired() {
    let env = TestEnv::signed_in();
    env.advance(Duration::from_secs(30_000));
    env.run(["whoami"]).exits_with(4).stderr_contains("Your SSO session \"my-sso\" has expired");
    let status = env.run(["status"]);
    let shown = &status.exits_with(4).stdout;
    assert!(shown.contains("access token  expired at "), "{shown}");
    assert!(shown.contains("refresh       not possible: the service refused"), "{shown}");
    let json = env.run(["status", "--json"]).exits_with(4).json();
    assert_eq!((&json["state"], &json["refreshable"]), (&"expired".into(), &false.into()));
    check(&env, "default 111122223333 !\n", 4);
    let explained = env.run(["explain"]);
    assert!(explained.stdout.contains("vestibule login"), "{explained:?}");
    assert!(explained.stdout.contains("expired"), "{explained:?}");
    let json = env.run(["doctor", "--json"]);
    assert!(json.stdout.contains("expired"), "{json:?}");
    env.run(["whoami"]).exits_with(4).stderr_contains("has expired");
    assert_eq!(env.emulator.count(Operation::CreateToken), 2, "one refresh was refused");
}

#[test]
fn status_labels_the_registration_and_estimates_the_portal_session() {
    let env = TestEnv::signed_in();
    let status = env.run(["status"]);
    let shown = &status.succeeded().stdout;
    assert!(shown.contains("\nregistration  client registration expires at "), "{shown}");
    assert!(shown.contains("\nportal        began at "), "{shown}");
    assert!(shown.contains("(an estimate: 8 hours, AWS's default)"), "{shown}");
}

#[test]
fn list_sessions_shows_the_state_of_each_session() {
    let env = TestEnv::new();
    let broken = "[sso-session broken]\nsso_region = us-east-1\n";
    env.write(".aws/config", &format!("{CONFIG}{broken}"));
    let state = |expected: &str, in_words: &str, reason: &str| {
        let json = env.run(["list-sessions", "--json"]).succeeded().json();
        let [session, broken] = &json.as_array().unwrap()[..] else { panic!("{json}") };
        assert_eq!((&session["session"], &session["state"]), (&"my-sso".into(), &expected.into()));
        assert!(session["reason"].as_str().unwrap().contains(reason), "{json}");
        assert_eq!(broken["state"], "invalidConfiguration");
        let long = env.run(["list-sessions", "--long"]);
        let first = long.succeeded().stdout.lines().next().unwrap();
        assert!(first.starts_with("my-sso\thttps://provided-domain"), "{first}");
        assert!(first.contains(&format!("\tus-east-1\t{in_words}")), "{first}");
        assert_eq!(env.run(["list-sessions"]).succeeded().stdout, "my-sso\nbroken\n");
    };
    state("never", "not signed in", "");
    env.run(["login"]).succeeded();
    state("signedIn", "signed in", "");
    env.advance(HOUR);
    state("refreshable", "refreshable", "");
    env.advance(HOUR * 9);
    env.run(["export-credentials"]).exits_with(4);
    let calls = env.emulator.requests().len();
    state("expired", "expired", "the service refused the refresh");
    assert_eq!(env.emulator.requests().len(), calls, "nothing is sent");
}

/// A refusal is remembered on disk: nothing is sent again until the user has signed in.
#[test]
fn command_after_a_refusal_sends_no_request() {
    let env = TestEnv::signed_in();
    env.advance(HOUR * 10);
    env.run(["export-credentials"]).exits_with(4);
    let calls = env.emulator.requests().len();
    for command in [
        &["export-credentials"][..],
        &["whoami"],
        &["exec", "--", "true"],
        &["list-accounts"],
        &["console", "--print"],
        &["serve", "--", "true"],
    ] {
        env.run(command).exits_with(4).stderr_contains("has expired");
        assert_eq!(env.emulator.requests().len(), calls, "{command:?}");
    }
    env.run(["login"]).succeeded();
    env.run(["export-credentials"]).succeeded();
}
