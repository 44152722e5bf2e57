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
