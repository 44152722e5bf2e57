//! A program killed at any moment leaves the old file or the new one, and no lock.

use std::fs;
use std::time::{Duration, Instant};

use vestibule_emulator::Emulator;
use vestibule_test_env::Random;

use crate::support::TestEnv;

/// Number of kills per test; `cargo xtask endurance` sets `VESTIBULE_KILLS=500`.
fn kills() -> u32 {
    std::env::var("VESTIBULE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

/// Returns an environment whose portal session outlasts the longest run.
pub(crate) fn long_session() -> TestEnv {
    let env = TestEnv::with_emulator(
        Emulator::builder().session_duration(Duration::from_secs(90 * 24 * 3600)),
    );
    env.run(["login"]).succeeded();
    env
}

/// Returns how long one run takes on this machine, plus a margin.
fn lifetime(env: &TestEnv, args: &[&str], prepare: impl Fn(&TestEnv)) -> Duration {
    prepare(env);
    let start = Instant::now();
    env.run(args).succeeded();
    start.elapsed().mul_f64(1.25)
}

/// Panics if temporary files remain. A helper process may still be writing, so this looks again after some runs.
fn assert_no_leftovers(env: &TestEnv, kill: u32) {
    for _ in 0..50 {
        if env.leftovers().is_empty() {
            return;
        }
        env.run(["status"]);
    }
    panic!("kill {kill}: {:?}", env.leftovers());
}

/// Kills runs of `args`, each after `prepare`, and checks the token file; `next` is the command
/// that a user runs afterwards.
fn check(args: &[&str], prepare: impl Fn(&TestEnv), next: &[&str]) {
    let env = long_session();
    let lasts = lifetime(&env, args, &prepare);
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let (mut old, mut new) = (0, 0);
    for kill in 0..kills() {
        prepare(&env);
        let before = fs::read(env.token_file()).unwrap();
        let ran = env.vestibule(args).start().killed_after(random.up_to(lasts));
        let after = fs::read(env.token_file()).unwrap();
        if before == after {
            old += 1;
        } else {
            new += 1;
            let token = env.token();
            let issued = env.emulator.secrets();
            for key in ["accessToken", "refreshToken", "clientSecret"] {
                let secret = token[key].as_str().unwrap_or_else(|| panic!("kill {kill}: no {key}"));
                assert!(
                    issued.iter().any(|issued| issued == secret),
                    "kill {kill}: the file has a {key} that was not issued"
                );
            }
        }
        // Windows gives a killed program the status 1.
        let was_killed = ran.code == if cfg!(windows) { Some(1) } else { None };
        assert!(was_killed || ran.code == Some(0), "kill {kill}: {ran:?}");
        env.run(next).succeeded();
        env.run(["export-credentials"]).succeeded();
        assert_no_leftovers(&env, kill);
    }
    assert!(
        0 < old && 0 < new,
        "{old} old and {new} new: all kills were before the write, or all after it"
    );
}

#[test]
fn login_killed_at_any_moment_leaves_a_whole_file() {
    let login = ["login", "--force"];
    check(&login, |_| {}, &login);
}

/// `kill -9` between the response and the write loses the spent refresh token, so `login` may have
/// to open a browser.
#[test]
fn refresh_killed_at_any_moment_leaves_a_whole_file() {
    let an_hour_later = |env: &TestEnv| env.advance(Duration::from_secs(3600));
    check(&["export-credentials"], an_hour_later, &["login"]);
}

/// Unlike `kill -9`, Ctrl-C leaves no temporary file.
#[cfg(unix)]
#[test]
fn refresh_interrupted_leaves_no_temporary_file() {
    let env = long_session();
    let an_hour_later = |env: &TestEnv| env.advance(Duration::from_secs(3600));
    let lasts = lifetime(&env, &["export-credentials"], an_hour_later);
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    for kill in 0..kills() {
        an_hour_later(&env);
        let export = env.vestibule(["export-credentials"]).start();
        let ran = export.interrupted_after(random.up_to(lasts));
        // The handler is not yet installed in the first moments.
        assert!(matches!(ran.code, None | Some(0 | 130)), "kill {kill}: {ran:?}");
        // A refresh in flight is finished by a helper process, which this waits for.
        env.run(["export-credentials"]).succeeded();
        assert_no_leftovers(&env, kill);
        env.run(["login"]).succeeded();
    }
}
