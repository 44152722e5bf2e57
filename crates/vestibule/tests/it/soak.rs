//! Days of three programs that share a session, beside services that fail at random.

use std::time::Duration;

use vestibule::{ErrorKind, Session};
use vestibule_emulator::{Emulator, Fault, Operation, Rotation};
use vestibule_test_env::{Random, sign_in_with_another_tool, world};
use vestibule_types::Timestamp;
use vestibule_world::Clock as _;

const MINUTE: Duration = Duration::from_secs(60);
const MINUTES_OF_A_DAY: u32 = 24 * 60;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

/// How long before role credentials of an hour expire new ones are requested.
const EARLY: Duration = Duration::from_secs(15 * 60);

/// Three attempts to refresh the token, and three to get role credentials.
const REQUESTS_OF_A_CALL: u64 = 6;

/// Number of days in each test; `cargo xtask endurance` makes 4,000 in all.
#[expect(clippy::disallowed_methods, reason = "a test has no `Vars`")]
fn days() -> u64 {
    let count = std::env::var("VESTIBULE_DAYS").ok();
    count.and_then(|count| count.parse().ok()).unwrap_or(4)
}

fn random_fault(random: &mut Random) -> Fault {
    match random.below(10) {
        0 => Fault::Status(http::StatusCode::SERVICE_UNAVAILABLE),
        1 => Fault::Status(http::StatusCode::BAD_GATEWAY),
        2 => Fault::Status(http::StatusCode::TOO_MANY_REQUESTS),
        3 => Fault::Reset,
        4 => Fault::Html,
        5 => Fault::Endless,
        6 => Fault::LoseResponse,
        7 => Fault::ResetMidBody,
        8 => Fault::Truncate,
        _ => Fault::Latency(Duration::from_secs(1 + random.below(10))),
    }
}

/// Returns whether the service handles the request, and the client does not get the response.
fn loses_response(fault: &Fault) -> bool {
    matches!(fault, Fault::LoseResponse | Fault::ResetMidBody | Fault::Truncate)
}

/// A program that runs all day.
struct Program {
    session: Session,
    /// When the credentials that it got last expire.
    expiration: Option<Timestamp>,
}

/// One day: outages begin and end, and in each minute one of the programs needs credentials.
fn run_day(rotation: Rotation, seed: u64) {
    let mut random = Random::new(seed);
    let emulator = Emulator::builder().rotation(rotation).session_duration(WEEK).build();
    let world = world(&emulator);
    sign_in_with_another_tool(&world, &emulator);
    let mut programs = [(); 3].map(|()| Program {
        session: Session::builder().world(world.clone()).load_blocking().unwrap(),
        expiration: None,
    });
    let is_rotated = matches!(rotation, Rotation::SingleUse | Rotation::ReuseEndsSession);
    let mut is_outage = false;
    let mut may_have_spent_token = false;
    for minute in 0..MINUTES_OF_A_DAY {
        emulator.clock().advance(MINUTE);
        if is_outage && random.is_one_in(10) {
            emulator.clear_faults();
            is_outage = false;
        } else if !is_outage && random.is_one_in(15) {
            let fault = random_fault(&mut random);
            let is_refresh = random.is_one_in(2);
            may_have_spent_token |= is_rotated && is_refresh && loses_response(&fault);
            let operation =
                if is_refresh { Operation::CreateToken } else { Operation::GetRoleCredentials };
            emulator.fail(operation).always().with(fault);
            is_outage = true;
        }
        let program = &mut programs[usize::try_from(random.below(3)).unwrap()];
        let before = requests(&emulator);
        let result = program.session.blocking().credentials();
        let requests = requests(&emulator) - before;
        let now = emulator.clock().now();
        let at = format!("{rotation:?}, seed {seed}, minute {minute}: {result:?}");
        assert!(requests <= REQUESTS_OF_A_CALL, "{requests} requests; {at}");
        match result {
            Ok(credentials) => {
                assert!(credentials.expires_at() > Some(now), "expired; {at}");
                program.expiration = credentials.expires_at();
            }
            Err(error) => {
                match error.kind() {
                    // The latter if the response is too large.
                    ErrorKind::Unavailable | ErrorKind::Refused => {
                        assert!(is_outage, "no fault; {at}");
                        assert!(program.expiration <= Some(now), "had credentials; {at}");
                    }
                    ErrorKind::SignInNeeded => {
                        assert!(may_have_spent_token, "lost a session; {at}");
                        assert!(program.expiration <= Some(now + EARLY), "too early; {at}");
                        may_have_spent_token = false;
                        emulator.clear_faults();
                        is_outage = false;
                        sign_in_with_another_tool(&world, &emulator);
                    }
                    _ => panic!("{at}"),
                }
            }
        }
    }
    assert_eq!(emulator.violations(), []);
}

fn requests(emulator: &Emulator) -> u64 {
    emulator.count(Operation::CreateToken) + emulator.count(Operation::GetRoleCredentials)
}

#[track_caller]
fn check_days(rotation: Rotation) {
    for seed in 1..=days() {
        run_day(rotation, seed);
    }
}

#[test]
fn days_with_faults_lose_no_session_whose_refresh_token_works_once() {
    check_days(Rotation::SingleUse);
}

#[test]
fn days_with_faults_lose_no_session_that_ends_by_a_spent_refresh_token() {
    check_days(Rotation::ReuseEndsSession);
}

#[test]
fn days_with_faults_lose_no_session_with_reusable_refresh_tokens() {
    check_days(Rotation::Reusable);
}

#[test]
fn days_with_faults_lose_no_session_without_rotation() {
    check_days(Rotation::Unchanged);
}
