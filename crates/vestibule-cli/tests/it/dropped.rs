//! A library user who drops a future (a timeout, a `select!`) loses no response of the service.

use std::env;
use std::process::Command;
use std::time::{Duration, Instant};

use vestibule::Session;
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::Random;

use crate::support::TestEnv;

/// Number of futures that are dropped.
const DROPS: u32 = 200;
/// The delay of each response.
const LATENCY: Duration = Duration::from_millis(20);
/// Set in the process that drops them.
const IN_CHILD: &str = "VESTIBULE_TEST_DROPS_FUTURES";

/// The test starts itself as a process of its own, since the library reads home folder and
/// endpoints from the environment.
#[test]
fn futures_dropped_during_a_refresh_lose_no_session() {
    if env::var_os(IN_CHILD).is_some() {
        return drop_futures();
    }
    // Every new `Session` finds a token that expires within five minutes.
    let builder = Emulator::builder().access_token_duration(Duration::from_secs(240));
    let env = TestEnv::with_emulator(builder);
    env.run(["login"]).succeeded();
    env.emulator.fail(Operation::CreateToken).always().with(Fault::Latency(LATENCY));
    let mut test = Command::new(env::current_exe().unwrap());
    test.args(["--exact", "dropped::futures_dropped_during_a_refresh_lose_no_session"]);
    env.prepared(test).env(IN_CHILD, "1").run().succeeded();
    let refreshes = env.emulator.count(Operation::CreateToken) - 1;
    assert!(u64::from(DROPS / 4) < refreshes, "{refreshes} refreshes in {DROPS} trials");
    env.emulator.clear_faults();
    env.run(["export-credentials"]).succeeded();
    assert_eq!(env.pages_opened().len(), 1, "no second sign-in was needed");
}

fn drop_futures() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    runtime.block_on(async {
        // The first one is slower: it loads the certificates of the system.
        Session::load().await.unwrap().credentials().await.unwrap();
        let session = Session::load().await.unwrap();
        let began = Instant::now();
        session.credentials().await.unwrap();
        let lasts = began.elapsed().mul_f64(1.25);
        let mut dropped = 0;
        let mut trials = 0;
        while dropped < DROPS {
            trials += 1;
            assert!(trials < 10 * DROPS, "only {dropped} futures were dropped");
            let session = Session::load().await.unwrap();
            let limit = random.up_to(lasts);
            match tokio::time::timeout(limit, session.credentials()).await {
                Ok(credentials) => drop(credentials.unwrap()),
                Err(_) => dropped += 1,
            }
        }
        // The last refresh may be in flight.
        Session::load().await.unwrap().credentials().await.unwrap();
    });
}
