//! What is said of a sign-in, from files alone.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::{CONFIG, Lab};

const HOUR: Duration = Duration::from_secs(3600);

/// A sign-in in some state, its segment of a prompt, and the exit code.
#[track_caller]
fn check(lab: &Lab, segment: &str, code: i32) {
    let calls = lab.emulator.requests().len();
    let ran = lab.run(["status", "--prompt"]);
    assert_eq!((ran.stdout.as_str(), ran.code), (segment, Some(code)), "{ran:?}");
    assert_eq!(ran.stderr, "", "a prompt has no room for more");
    assert_eq!(lab.emulator.requests().len(), calls);
}

#[test]
fn a_prompt_has_one_short_segment() {
    let lab = Lab::new();
    check(&lab, "my-sso !\n", 5);
    lab.run(["login"]).succeeded();
    lab.pass(Duration::from_secs(30));
    check(&lab, "my-sso 59m\n", 0);
    lab.pass(HOUR);
    check(&lab, "my-sso ~\n", 3);
    let mut token = lab.token();
    token["refreshToken"] = Value::Null;
    fs::write(lab.token_file(), token.to_string()).unwrap();
    check(&lab, "my-sso !\n", 4);
    fs::write(lab.token_file(), "nonsense").unwrap();
    check(&lab, "my-sso !\n", 4);
}

#[test]
fn an_older_profile_is_called_by_its_portal() {
    let lab = Lab::new();
    let older = CONFIG.split("\n[sso-session").next().unwrap().replace(
        "sso_session = my-sso",
        "sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1",
    );
    lab.write(".aws/config", &older);
    check(&lab, "provided-domain !\n", 5);
}

#[test]
fn nothing_to_sign_in_to_leaves_the_prompt_alone() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    check(&lab, "", 6);
    lab.write(".aws/config", "[default]\nregion\n");
    check(&lab, "", 6);
}
