//! Times are local for people, and UTC in JSON.

use crate::mistakes::tidy;
use crate::support::TestEnv;

#[test]
fn times_are_local_for_people_and_utc_in_json() {
    let env = TestEnv::signed_in();
    let run = |args: &[&str]| env.vestibule(args).env("TZ", "CET-1").run();
    for (args, expected) in [
        (&["status"][..], "access token  expires at LOCAL (UTC, "),
        (&["status"], "registration  client registration expires at LOCAL (UTC)"),
        (&["explain"], "expires at LOCAL (UTC, "),
        (&["login"], "The access token expires at LOCAL (UTC, "),
        (&["cache", "list"], "LOCAL"),
    ] {
        let ran = run(args);
        let shown = local(&(ran.succeeded().stdout.clone() + &ran.stderr));
        assert!(shown.contains(expected), "{args:?}: {shown}");
        assert!(!tidy(&env, &shown).contains("TIME"), "{args:?}: {shown}");
    }
    let json = run(&["status", "--json"]).succeeded().json();
    assert!(json["expiresAt"].as_str().unwrap().ends_with('Z'), "{json}");
    env.emulator.revoke_sessions();
    env.advance(std::time::Duration::from_secs(3600));
    let refused = run(&["export-credentials"]);
    let shown = local(&refused.exits_with(4).stderr);
    assert!(shown.contains("the service refused the refresh at LOCAL (UTC)"), "{shown}");
    let shown = local(&run(&["list-sessions", "--long"]).succeeded().stdout);
    assert!(shown.contains("the service refused the refresh at LOCAL (UTC)"), "{shown}");
}

/// A time in a message that is no point in time of ours stays as it is.
#[test]
fn example_of_a_time_in_a_message_is_not_localized() {
    let env = TestEnv::new();
    let run = env.vestibule(["export-credentials"]).env("TZ", "CET-1");
    let run = run.env("AWS_ACCESS_KEY_ID", "AKID").env("AWS_SECRET_ACCESS_KEY", "x");
    let ran = run.env("AWS_CREDENTIAL_EXPIRATION", "tomorrow").run();
    ran.exits_with(6).stderr_contains("a form like `2026-01-02T03:04:05Z`");
}

/// Replaces local times, and the times of day of UTC.
fn local(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(end) = text.find(" +01:00") {
        text.replace_range(end - "2026-01-02 03:04".len()..end + " +01:00".len(), "LOCAL");
    }
    while let Some(start) = text.find("LOCAL (").map(|at| at + "LOCAL (".len()) {
        text.replace_range(start - 1..start, "[");
        let end = start + "02:04Z".len();
        assert!(text[start..end].ends_with('Z'), "{text}");
        text.replace_range(start..end, "UTC");
    }
    text.replace('[', "(")
}
