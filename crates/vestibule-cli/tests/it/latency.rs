//! A token endpoint that is slow: the response is waited for, since it has the only refresh token
//! that works.

use std::thread;
use std::time::{Duration, Instant};

use vestibule_emulator::{Fault, Operation};

use crate::support::TestEnv;

const HOUR: Duration = Duration::from_secs(3600);

/// Latencies in seconds; `cargo xtask endurance` sets `VESTIBULE_LATENCIES=1,14,16,60`.
fn latencies() -> Vec<u64> {
    let list = std::env::var("VESTIBULE_LATENCIES").unwrap_or_else(|_| "1,4".to_owned());
    list.split(',').map(|seconds| seconds.parse().unwrap()).collect()
}

#[test]
fn slow_refresh_loses_no_session() {
    thread::scope(|scope| {
        for seconds in latencies() {
            scope.spawn(move || check(Duration::from_secs(seconds)));
        }
    });
}

fn check(latency: Duration) {
    let env = TestEnv::signed_in();
    env.advance(HOUR);
    env.emulator.fail(Operation::CreateToken).with(Fault::Latency(latency));
    let began = Instant::now();
    env.run(["export-credentials"]).succeeded();
    assert!(latency <= began.elapsed());
    assert_eq!(env.emulator.count(Operation::CreateToken), 2, "{latency:?}: sent once");
    env.advance(HOUR);
    env.run(["export-credentials"]).succeeded();
    assert_eq!(env.pages_opened().len(), 1, "{latency:?}: no second sign-in was needed");
}
