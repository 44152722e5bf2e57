//! `logout`, which removes tokens first and then tells the portal.

use std::fs;
#[cfg(unix)]
use std::time::Duration;

use vestibule_emulator::{Fault, Operation};

use crate::support::{CONFIG, TestEnv};

const CACHE: &str = ".aws/sso/cache";

/// Returns a file name that AWS tools give to tokens.
fn token_name(digit: char) -> String {
    format!("{CACHE}/{}.json", digit.to_string().repeat(40))
}

#[test]
fn logout_of_an_unreachable_portal_is_a_warning() {
    let env = TestEnv::signed_in();
    env.emulator.fail(Operation::Logout).always().with(Fault::Reset);
    let token = env.token_file();
    env.run(["logout"])
        .succeeded()
        .stderr_contains("warning: the portal session could not be ended")
        .stderr_contains("Signed out of my-sso");
    assert!(!token.exists());
    env.run(["status"]).exits_with(5);
}

#[test]
fn logout_of_a_silent_portal_gives_up() {
    let env = TestEnv::signed_in();
    env.emulator.fail(Operation::Logout).always().with(Fault::Endless);
    env.run(["logout"])
        .succeeded()
        .stderr_contains("warning: the portal session could not be ended")
        .stderr_contains("Signed out of my-sso");
    env.run(["status"]).exits_with(5);
}

#[cfg(unix)]
#[test]
fn logout_interrupted_has_removed_the_token() {
    let env = TestEnv::signed_in();
    env.emulator.fail(Operation::Logout).always().with(Fault::Latency(Duration::from_secs(4)));
    let token = env.token_file();
    let logout = env.vestibule(["logout"]).start();
    while env.emulator.count(Operation::Logout) == 0 {
        std::thread::yield_now();
    }
    logout.interrupt();
    assert_ne!(logout.wait().code, Some(0));
    assert!(!token.exists());
    env.run(["status"]).exits_with(5);
}

#[test]
fn logout_all_covers_tokens_without_a_section_and_keeps_those_of_other_tools() {
    let env = TestEnv::signed_in();
    let mut token = env.token();
    let renamed = env.token_file();
    token["clientId"] = "ide".into();
    env.write(&token_name('a'), &token.to_string());
    // Not a name that AWS tools give to tokens.
    env.write(&format!("{CACHE}/kiro-auth-token.json"), &token.to_string());
    let registration = serde_json::json!({
        "clientId": "ide", "clientSecret": "hidden", "expiresAt": "2099-01-01T00:00:00Z",
        "scopes": ["codewhisperer:completions"],
    });
    env.write(&format!("{CACHE}/ide-registration.json"), &registration.to_string());
    env.write(
        ".aws/config",
        &CONFIG.replace("my-sso]", "broken]").replace("sso_region = us-east-1\n", ""),
    );
    env.run(["logout", "--all"])
        .exits_with(6)
        .stderr_contains("sso-session `broken`")
        .stderr_contains("Signed out of https://provided-domain.awsapps.com/start.");
    assert!(!renamed.exists());
    assert_eq!(env.emulator.count(Operation::Logout), 1);
    assert!(env.path(&token_name('a')).exists());
    assert!(env.path(&format!("{CACHE}/kiro-auth-token.json")).exists());
    assert!(fs::read_to_string(env.path(&format!("{CACHE}/ide-registration.json"))).is_ok());

    // The token of a broken section is found by its contents.
    env.write(".aws/config", CONFIG);
    env.run(["login"]).succeeded();
    env.write(".aws/config", &CONFIG.replace("sso_region = us-east-1\n", ""));
    env.run(["logout", "--all"]).exits_with(6).stderr_contains("Signed out of https://");
    env.write(".aws/config", CONFIG);
    env.run(["status"]).exits_with(5);
}

/// Each has a file of its own on file systems that ignore case too, as those of macOS and Windows do.
#[test]
fn logout_of_a_session_keeps_one_that_differs_in_case() {
    let env = TestEnv::new();
    let upper = CONFIG.replace("my-sso", "My-SSO").replace("[default]", "[profile upper]");
    env.write(".aws/config", &format!("{CONFIG}{upper}"));
    let states = || {
        let sessions = env.run(["list-sessions", "--json"]).json();
        let states = sessions.as_array().unwrap().iter();
        states.map(|session| session["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    env.run(["login", "--sso-session", "my-sso"]).succeeded();
    env.run(["login", "--sso-session", "My-SSO"]).succeeded();
    assert_eq!(states(), ["signedIn", "signedIn"]);
    env.run(["logout", "--sso-session", "my-sso"]).succeeded();
    assert_eq!(states(), ["never", "signedIn"]);
    env.run(["whoami", "--profile", "upper"]).succeeded();
}
