//! No signal to a command loses the session: a refresh in flight is finished.

use std::thread;
use std::time::{Duration, Instant};

use vestibule_emulator::{Fault, Operation};
use vestibule_test_env::Random;

use crate::kill::long_session;
use crate::support::TestEnv;

const HOUR: Duration = Duration::from_secs(3600);
/// The round trip of a refresh.
const LATENCY: Duration = Duration::from_millis(50);

const COMMANDS: [&[&str]; 4] = [
    &["exec", "--", "true"],
    &["serve", "--port", "0"],
    &["export-credentials"],
    &["list-accounts"],
];

/// Number of trials per signal and command; `cargo xtask endurance` makes 400 of them in all.
fn trials() -> u32 {
    std::env::var("VESTIBULE_SIGNALS").ok().and_then(|count| count.parse().ok()).unwrap_or(4)
}

/// Signed in with a refresh token that works once, and an access token that has expired.
fn rotating() -> TestEnv {
    let env = long_session();
    env.emulator.fail(Operation::CreateToken).always().with(Fault::Latency(LATENCY));
    env
}

/// Sends a signal at random instants of a refresh. The next command must work.
fn check(signal: &str, command: &[&str], seed: u64) {
    let env = rotating();
    env.advance(HOUR);
    let start = Instant::now();
    env.run(["export-credentials"]).succeeded();
    let lifetime = start.elapsed().mul_f64(1.1);
    let mut random = Random::new(seed);
    for trial in 0..trials() {
        env.advance(HOUR);
        let running = env.vestibule(command).in_own_group().start();
        let after = random.up_to(lifetime);
        let ran = match signal {
            // Not to the group: no process can do anything about that.
            "KILL" => running.killed_after(after),
            signal => running.signaled_after(signal, after),
        };
        let next = env.run(["export-credentials"]);
        assert_eq!(
            next.code,
            Some(0),
            "{signal} {command:?} {trial} after {after:?}: {ran:?} {next:?}"
        );
    }
    assert_eq!(env.pages_opened().len(), 1, "{signal} {command:?}: no second sign-in was needed");
}

fn check_all(signal: &str) {
    thread::scope(|scope| {
        for (command, seed) in COMMANDS.into_iter().zip(1..) {
            scope.spawn(move || check(signal, command, 0x9e37_79b9_7f4a_7c15 ^ seed));
        }
    });
}

#[test]
fn interrupt_during_a_refresh_loses_no_session() {
    check_all("INT");
}

#[test]
fn termination_during_a_refresh_loses_no_session() {
    check_all("TERM");
}

#[test]
fn hangup_during_a_refresh_loses_no_session() {
    check_all("HUP");
}

#[test]
fn kill_during_a_refresh_loses_no_session() {
    check_all("KILL");
}
