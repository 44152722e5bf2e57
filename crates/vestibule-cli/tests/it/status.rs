//! `status`, which reads local files only.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::{CONFIG, TestEnv};

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
    check(&env, "my-sso !\n", 5);
    env.run(["login"]).succeeded();
    env.advance(Duration::from_secs(30));
    check(&env, "my-sso 59m\n", 0);
    env.advance(HOUR);
    check(&env, "my-sso ~\n", 3);
    let mut token = env.token();
    token["refreshToken"] = Value::Null;
    fs::write(env.token_file(), token.to_string()).unwrap();
    check(&env, "my-sso !\n", 4);
    fs::write(env.token_file(), "nonsense").unwrap();
    check(&env, "my-sso !\n", 4);
}

#[test]
fn status_prompt_legacy_profile_shows_the_portal() {
    let env = TestEnv::new();
    let older = CONFIG.split("\n[sso-session").next().unwrap().replace(
        "sso_session = my-sso",
        "sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1",
    );
    env.write(".aws/config", &older);
    check(&env, "provided-domain !\n", 5);
}

#[test]
fn status_prompt_without_sso_prints_nothing() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    check(&env, "", 6);
    env.write(".aws/config", "[default]\nregion\n");
    check(&env, "", 6);
}
