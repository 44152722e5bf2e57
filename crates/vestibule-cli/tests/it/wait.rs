//! `wait`, and the warnings before a session expires.

use std::net::TcpListener;
use std::time::Duration;

use crate::support::command::{next_report, report_to, words};
use crate::support::{CONFIG, TestEnv};

const MINUTE: Duration = Duration::from_secs(60);
/// Until shortly before the portal session expires, by its estimate.
const ALMOST_EIGHT_HOURS: Duration = Duration::from_secs(8 * 3600 - 300);

/// Returns a signed-in environment with more lines in the SSO session.
fn env_with(lines: &str) -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}{lines}\n"));
    env.run(["login"]).succeeded();
    env
}

/// Returns the setting of a hook that reports to a listener.
fn hook() -> String {
    let [program, test] = words();
    let quote = if cfg!(windows) { '"' } else { '\'' };
    format!("vestibule_expiry_hook = {quote}{program}{quote} {test} {quote}a;b $HOME{quote}")
}

#[test]
fn wait_exits_when_little_time_is_left() {
    let env = TestEnv::signed_in();
    env.advance(ALMOST_EIGHT_HOURS);
    let ran = env.run(["wait", "--until-expiry", "10m", "--json"]);
    let result = ran.succeeded().json();
    assert_eq!((&result["session"], &result["estimate"]), (&"my-sso".into(), &true.into()));
    let left = result["remainingSeconds"].as_u64().unwrap();
    assert!((270..=300).contains(&left), "{ran:?}");
    let ran = env.run(["wait", "--sso-session", "my-sso"]);
    assert!(ran.succeeded().stdout.is_empty());
    ran.stderr_contains("my-sso expires at about ");
}

#[test]
fn wait_lasts_until_the_warning_is_due() {
    let env = TestEnv::signed_in();
    // Of the sign-in, the test knows the second only.
    env.advance(ALMOST_EIGHT_HOURS);
    let left = env.run(["wait", "--json"]).succeeded().json()["remainingSeconds"].as_u64().unwrap();
    let span = format!("{}s", left - 2);
    let waited = env.run(["wait", "--until-expiry", &span, "--json"]).succeeded().json();
    assert!(waited["remainingSeconds"].as_u64().unwrap() <= left - 2, "{waited}");
}

#[test]
fn wait_without_a_session_exits_with_4() {
    let env = TestEnv::new();
    env.run(["wait"]).exits_with(4).stderr_contains("vestibule login --sso-session my-sso");
    env.run(["login"]).succeeded();
    env.emulator.revoke_sessions();
    env.advance(Duration::from_secs(3 * 3600));
    env.run(["whoami"]).exits_with(4);
    let ran = env.run(["wait", "--until-expiry", "10m"]);
    ran.exits_with(4).stderr_contains("Your SSO session \"my-sso\" has expired.");
    env.write(".aws/config", "[default]\nregion = us-east-1\n");
    env.run(["wait", "--profile", "default"]).exits_with(6);
}

#[test]
fn expiry_hook_runs_once_without_a_shell() {
    let env = env_with(&hook());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (name, value) = report_to(&listener);
    env.advance(ALMOST_EIGHT_HOURS);
    let wait = env.vestibule(["wait"]).env(name, &value).start();
    let report = next_report(&listener);
    wait.wait().succeeded();
    assert!(report.contains(r#""a;b $HOME""#), "{report}");
    assert!(report.contains("VESTIBULE_SESSION=my-sso\n"), "{report}");
    let line = report.lines().find_map(|line| line.strip_prefix("VESTIBULE_SESSION_REMAINING="));
    assert!(line.unwrap().parse::<u64>().unwrap() <= 300, "{report}");
    // A second process runs no hook: nothing connects.
    listener.set_nonblocking(true).unwrap();
    env.vestibule(["wait"]).env(name, &value).run().succeeded();
    assert!(listener.accept().is_err());
}

#[test]
fn failing_expiry_hook_is_a_warning() {
    let env = env_with("vestibule_expiry_hook = /nonexistent/hook\nvestibule_expiry_warning = 1h");
    env.advance(ALMOST_EIGHT_HOURS.saturating_sub(30 * MINUTE));
    let ran = env.run(["wait"]);
    ran.succeeded().stderr_contains("the expiry hook `/nonexistent/hook` could not be run");
    env.write(".aws/config", &format!("{CONFIG}vestibule_expiry_warning = soon\n"));
    let ran = env.run(["wait"]);
    ran.exits_with(6).stderr_contains("vestibule_expiry_warning of [sso-session my-sso]");
}

#[test]
fn serve_runs_the_expiry_hook() {
    let env = env_with(&hook());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (name, value) = report_to(&listener);
    env.advance(ALMOST_EIGHT_HOURS);
    let server = env.vestibule(["serve"]).env(name, value).start();
    assert!(next_report(&listener).contains("VESTIBULE_SESSION=my-sso\n"));
    server.stop();
}

#[cfg(unix)]
#[test]
fn agent_runs_the_expiry_hook() {
    let env = env_with(&hook());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (name, value) = report_to(&listener);
    env.advance(ALMOST_EIGHT_HOURS);
    let agent = env.vestibule(["agent", "--allow", "default"]).env(name, value).start();
    assert!(next_report(&listener).contains("VESTIBULE_SESSION=my-sso\n"));
    agent.stop();
}

// `notify-send` is of Linux.
#[cfg(target_os = "linux")]
#[test]
fn notification_names_the_session_and_the_command() {
    use std::os::unix::fs::PermissionsExt as _;

    let env = env_with("vestibule_expiry_notification = true");
    let shown = env.path("shown");
    let program = "#!/bin/sh\nprintf '%s\\n' \"$@\" >> \"$HOME/shown\"\n";
    env.write("bin/notify-send", program);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(env.path("bin/notify-send"), mode).unwrap();
    let path = format!("{}:/usr/bin:/bin", env.path("bin").display());
    env.advance(ALMOST_EIGHT_HOURS);
    for _ in 0..2 {
        env.vestibule(["wait"]).env("PATH", &path).run().succeeded();
    }
    let text = std::fs::read_to_string(&shown).unwrap();
    assert_eq!(text.matches("my-sso expires at about").count(), 1, "{text}");
    assert!(text.contains("Sign in: vestibule login --sso-session my-sso"), "{text}");
    env.vestibule(["wait", "--notify"]).env("PATH", &path).run().succeeded();
    assert_eq!(std::fs::read_to_string(&shown).unwrap().matches("--app-name").count(), 2);
    let ran = env.vestibule(["wait", "--notify"]).env("PATH", "").run();
    ran.succeeded().stderr_contains("`notify-send` is not installed");
}
