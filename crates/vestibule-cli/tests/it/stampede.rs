//! Many processes at once cause one refresh, one browser page, one request.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use vestibule_emulator::{Fault, Operation};

use crate::support::{Output, TestEnv};

const PROCESSES: usize = 64;

/// Starts the same command in many processes at once, and waits for all of them.
fn spawn_many(env: &TestEnv, args: &[&str]) -> Vec<Output> {
    let gate = Barrier::new(PROCESSES);
    thread::scope(|scope| {
        let runs: Vec<_> = (0..PROCESSES)
            .map(|_| {
                scope.spawn(|| {
                    gate.wait();
                    env.run(args)
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

/// Returns an environment whose access token and role credentials have expired.
fn an_hour_later() -> TestEnv {
    let env = TestEnv::signed_in();
    env.run(["export-credentials"]).succeeded();
    env.advance(Duration::from_secs(3600));
    env
}

#[test]
fn concurrent_processes_refresh_once() {
    let env = an_hour_later();
    // A spent refresh token is refused, so a second refresh would fail.
    env.emulator.fail(Operation::CreateToken).with(Fault::Latency(Duration::from_millis(200)));
    let before = env.token();
    for run in spawn_many(&env, &["export-credentials"]) {
        assert!(run.succeeded().json()["SessionToken"].is_string());
    }
    assert_eq!(env.emulator.count(Operation::CreateToken), 2, "a sign-in and a refresh");
    assert_ne!(env.token()["refreshToken"], before["refreshToken"]);
    assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
}

#[test]
fn concurrent_logins_open_one_page() {
    let env = TestEnv::new();
    let runs = spawn_many(&env, &["login", "--json"]);
    let mut events: Vec<String> = Vec::new();
    for run in &runs {
        let shown = run.succeeded().events();
        events.extend(shown.iter().map(|event| event["event"].as_str().unwrap().to_owned()));
    }
    assert_eq!(events.iter().filter(|event| *event == "open").count(), 1, "{events:?}");
    assert_eq!(events.len(), PROCESSES + 1);
    assert_eq!(env.pages_opened().len(), 1);
    assert_eq!(env.emulator.count(Operation::RegisterClient), 1);
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
}
