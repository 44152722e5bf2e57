//! A sign-in with another tool is noticed by the next call of a running program.

use std::time::Duration;

use vestibule::{ErrorKind, Session};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::{sign_in_with_another_tool, world};

const HOUR: Duration = Duration::from_secs(3600);

/// The way in which the session ends before each sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The service refuses a refresh, which is remembered on disk.
    Refused,
    /// The service cannot be reached, which is remembered in the process for 30 seconds.
    Unreachable,
    /// The portal rejects a token that had not expired.
    Revoked,
}

#[track_caller]
fn check_a_day(end: End) {
    let emulator = Emulator::builder().role_duration(HOUR).build();
    let world = world(&emulator);
    let session = Session::builder().world(world.clone()).load_blocking().unwrap();
    let credentials = || session.blocking().credentials();
    assert_eq!(credentials().unwrap_err().kind(), ErrorKind::SignInNeeded);
    for hour in 0..24 {
        sign_in_with_another_tool(&world, &emulator);
        let noticed = credentials();
        assert!(noticed.is_ok(), "{end:?} {hour}: {noticed:?}");
        match end {
            End::Refused => emulator.expire_sessions(),
            End::Unreachable => {
                emulator.fail(Operation::CreateToken).always().with(Fault::Reset);
            }
            End::Revoked => emulator.revoke_sessions(),
        }
        let past_expiration = if end == End::Revoked { HOUR / 60 * 59 } else { HOUR };
        emulator.clock().advance(past_expiration);
        for _ in 0..2 {
            let expected = match end {
                End::Unreachable => ErrorKind::Unavailable,
                End::Refused | End::Revoked => ErrorKind::SignInNeeded,
            };
            assert_eq!(credentials().unwrap_err().kind(), expected, "{end:?} {hour}");
        }
        emulator.clear_faults();
    }
}

#[test]
fn sign_in_with_another_tool_after_a_refusal_is_noticed_by_the_next_call() {
    check_a_day(End::Refused);
}

#[test]
fn sign_in_with_another_tool_during_a_backoff_is_noticed_by_the_next_call() {
    check_a_day(End::Unreachable);
}

#[test]
fn sign_in_with_another_tool_after_a_revocation_is_noticed_by_the_next_call() {
    check_a_day(End::Revoked);
}
