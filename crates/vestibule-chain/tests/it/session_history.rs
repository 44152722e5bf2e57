//! The state of a session agrees with what the next request for credentials does, after each step
//! of random histories over virtual time.

mod machine;

use std::fmt::Write as _;
use std::time::Duration;

use machine::Machine;
use vestibule_chain::{Error, ErrorKind};
use vestibule_emulator::{Fault, Operation, Rotation};
use vestibule_oidc::Flow;
use vestibule_sso::SessionState;
use vestibule_test_env::{Random, token_path};
use vestibule_types::{Credentials, Timestamp};
use vestibule_world::Files as _;

const HOUR: Duration = Duration::from_secs(3_600);
const STEPS: usize = 12;

/// Number of histories in each of four tests; `cargo xtask test` makes 100,000 in all.
#[expect(clippy::disallowed_methods, reason = "a test has no `Vars`")]
fn histories() -> u64 {
    let count = std::env::var("VESTIBULE_HISTORIES").ok();
    count.and_then(|count| count.parse().ok()).unwrap_or(500)
}

/// An event in the life of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Advance(Duration),
    SignIn(Flow),
    SignOut,
    SignInWithAnotherTool,
    RefreshWithAnotherTool,
    Revoke,
    ExpireSession,
    ExpireRegistration,
    SwitchRegion,
    SwitchScopes,
    TruncateFile,
    DeleteFile,
    /// An IDE stores a token with scopes of its own.
    ReplaceFile,
    FailRefresh(Failure),
    FillDisk,
    EmptyDisk,
    StartAnotherProcess,
    Rotate(Rotation),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    LoseResponse,
    Reset,
    Unavailable,
    Throttle,
    ServerError,
}

/// Histories that once failed, and histories of single rules that random ones rarely meet.
const FIXED: [&[Step]; 4] = [
    // A token that another tool wrote overrides a refusal.
    &[
        Step::SignIn(Flow::DeviceCode),
        Step::ExpireSession,
        Step::Advance(HOUR),
        Step::SignInWithAnotherTool,
    ],
    // A lost response is a refusal only once the service says so.
    &[
        Step::SignIn(Flow::AuthorizationCode),
        Step::Advance(HOUR),
        Step::FailRefresh(Failure::LoseResponse),
        Step::Advance(Duration::from_secs(60)),
        Step::StartAnotherProcess,
    ],
    // A token of an IDE is never used, refreshed or overwritten.
    &[Step::SignIn(Flow::DeviceCode), Step::ReplaceFile, Step::SignIn(Flow::DeviceCode)],
    // A full disk spends no refresh token.
    &[
        Step::SignIn(Flow::DeviceCode),
        Step::FillDisk,
        Step::Advance(HOUR),
        Step::StartAnotherProcess,
        Step::EmptyDisk,
    ],
];

fn random_step(random: &mut Random) -> Step {
    match random.below(40) {
        0..=3 => Step::SignIn(Flow::DeviceCode),
        4..=6 => Step::SignIn(Flow::AuthorizationCode),
        7 => Step::SignOut,
        8..=9 => Step::SignInWithAnotherTool,
        10..=11 => Step::RefreshWithAnotherTool,
        12 => Step::Revoke,
        13 => Step::ExpireSession,
        14 => Step::ExpireRegistration,
        15 => Step::SwitchRegion,
        16 => Step::SwitchScopes,
        17 => Step::TruncateFile,
        18 => Step::DeleteFile,
        19 => Step::ReplaceFile,
        20 => Step::FailRefresh(Failure::LoseResponse),
        21 => Step::FailRefresh(Failure::Reset),
        22 => Step::FailRefresh(Failure::Unavailable),
        23 => Step::FailRefresh(Failure::Throttle),
        24 => Step::FailRefresh(Failure::ServerError),
        25 => Step::FillDisk,
        26..=27 => Step::EmptyDisk,
        28..=29 => Step::StartAnotherProcess,
        30 => Step::Rotate(Rotation::SingleUse),
        31 => Step::Rotate(Rotation::Unchanged),
        32 => Step::Rotate(Rotation::Reusable),
        33 => Step::Advance(HOUR * 9),
        34 => Step::Advance(HOUR * 24 * 91),
        n => Step::Advance(Duration::from_secs(60 << (n + random.below(6) - 34))),
    }
}

/// The facts by which the model knows that a request for credentials must work.
#[derive(Debug)]
struct Expected {
    /// The portal session is alive, and our file has its latest token.
    is_intact: bool,
    /// When the portal session expires.
    session_end: Timestamp,
    is_disk_full: bool,
    /// A registration expired before its time: the browser alone shows that, on its page.
    is_client_unknown: bool,
}

struct History {
    machine: Machine,
    expected: Expected,
}

impl History {
    fn new() -> Self {
        let machine = Machine::new();
        let session_end = machine.world.clock.now();
        let expected = Expected {
            is_intact: false,
            session_end,
            is_disk_full: false,
            is_client_unknown: false,
        };
        Self { machine, expected }
    }

    fn apply(&mut self, step: Step) -> Result<(), String> {
        let Self { machine, expected } = self;
        match step {
            Step::Advance(span) => machine.emulator.clock().advance(span),
            Step::SignIn(flow) => {
                machine.emulator.clear_faults();
                let before = machine.state();
                let result = machine.sign_in(flow);
                let has_obstacle = expected.is_disk_full
                    || !machine.is_home_region()
                    || machine.is_token_of_another_tool()
                    || expected.is_client_unknown && flow == Flow::AuthorizationCode;
                match &result {
                    Ok(()) => self.signed_in(),
                    Err(error) if !has_obstacle => return Err(format!("sign-in: {error}")),
                    Err(_) if machine.state().as_str() != before.as_str() => {
                        return Err("a failed sign-in changed the state".to_owned());
                    }
                    Err(_) => {}
                }
                if result.is_ok() && !self.machine.state().is_valid() {
                    return Err(format!("{:?} after a sign-in", self.machine.state()));
                }
            }
            Step::SignOut => {
                let kept = machine.is_token_of_another_tool();
                machine.sign_out();
                expected.is_intact = false;
                let is_gone = machine.files.read(&token_path()).is_err();
                if !expected.is_disk_full && is_gone == kept {
                    return Err(format!("sign-out: file is gone: {is_gone}, is ours: {}", !kept));
                }
            }
            Step::SignInWithAnotherTool => {
                machine.sign_in_with_another_tool();
                self.signed_in();
            }
            Step::RefreshWithAnotherTool => {
                expected.is_intact &= machine.refresh_with_another_tool();
            }
            Step::Revoke => {
                machine.emulator.revoke_sessions();
                expected.is_intact = false;
            }
            Step::ExpireSession => {
                machine.emulator.expire_sessions();
                expected.is_intact = false;
            }
            Step::ExpireRegistration => {
                machine.emulator.expire_registrations();
                (expected.is_intact, expected.is_client_unknown) = (false, true);
            }
            Step::SwitchRegion => machine.switch_region(),
            Step::SwitchScopes => machine.switch_scopes(),
            Step::TruncateFile => {
                machine.truncate_file();
                expected.is_intact = false;
            }
            Step::DeleteFile => {
                machine.delete_file();
                expected.is_intact = false;
            }
            Step::ReplaceFile => {
                machine.store_token_of_another_tool();
                expected.is_intact = false;
            }
            Step::FailRefresh(failure) => {
                let fault = match failure {
                    Failure::LoseResponse => Fault::LoseResponse,
                    Failure::Reset => Fault::Reset,
                    Failure::Unavailable => Fault::Status(http::StatusCode::SERVICE_UNAVAILABLE),
                    Failure::Throttle => Fault::slow_down(),
                    Failure::ServerError => Fault::Error("server_error".to_owned()),
                };
                machine.emulator.fail(Operation::CreateToken).with(fault);
                expected.is_intact = false;
            }
            Step::FillDisk | Step::EmptyDisk => {
                expected.is_disk_full = step == Step::FillDisk;
                machine.fill_disk(expected.is_disk_full);
            }
            Step::StartAnotherProcess => {
                // What could not be stored was in the memory of the process.
                machine.start_another_process();
            }
            Step::Rotate(rotation) => machine.emulator.set_rotation(rotation),
        }
        Ok(())
    }

    fn signed_in(&mut self) {
        self.expected.is_intact = self.machine.is_home_region();
        self.expected.session_end = self.machine.world.clock.now() + HOUR * 8;
    }

    /// Compares the state with what a request for credentials does, and with what must work.
    fn check(&self) -> Result<(), String> {
        let before = self.machine.state();
        let requests = self.machine.requests();
        let credentials = self.machine.credentials();
        let sent = self.machine.requests() - requests;
        let after = self.machine.state();
        let now = self.machine.world.clock.now();
        if agrees(&before, &credentials, &after, sent, now) {
            let Expected { is_intact, session_end, is_disk_full, .. } = self.expected;
            let must_work = is_intact && now < session_end && self.machine.is_home_region();
            let needs_disk = !before.is_valid();
            return match credentials {
                Err(error) if must_work && !(is_disk_full && needs_disk) => {
                    Err(format!("{before:?}, and {error} although nothing was lost"))
                }
                _ => Ok(()),
            };
        }
        Err(format!("{before:?} -> {credentials:?} -> {after:?}, {sent} requests"))
    }
}

fn agrees(
    before: &SessionState,
    credentials: &Result<Credentials, Error>,
    after: &SessionState,
    sent: u64,
    now: Timestamp,
) -> bool {
    match credentials {
        Ok(credentials) => {
            !before.needs_sign_in() && after.is_valid() && !credentials.is_expired(now)
        }
        // Decided from what is stored, or by the service, which is recorded.
        Err(error) if error.kind() == ErrorKind::SignInNeeded => {
            after.needs_sign_in()
                && (0 < sent || before.as_str() == after.as_str())
                && !(before.needs_sign_in() && 0 < sent)
        }
        // The network, the service or the disk failed: nothing changed.
        Err(_) => !before.needs_sign_in() && before.as_str() == after.as_str(),
    }
}

/// Runs a history; each step is followed by a check if its flag is set.
fn run(steps: &[(Step, bool)]) -> Result<(), String> {
    let mut history = History::new();
    for (step, is_checked) in steps {
        history.apply(*step)?;
        if *is_checked {
            history.check()?;
        }
    }
    Ok(())
}

/// Removes steps for as long as the history fails without them.
fn shrink(mut steps: Vec<(Step, bool)>) -> (Vec<(Step, bool)>, String) {
    let mut problem = run(&steps).unwrap_err();
    let mut index = 0;
    while index < steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(index);
        match run(&fewer) {
            Err(found) => (steps, problem, index) = (fewer, found, 0),
            Ok(()) => index += 1,
        }
    }
    (steps, problem)
}

fn check_random_histories(seed: u64) {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15 ^ seed);
    for history in 0..histories() {
        // A step may be followed by another before anything requests credentials.
        let steps: Vec<_> =
            (0..STEPS).map(|_| (random_step(&mut random), random.below(3) < 2)).collect();
        if run(&steps).is_err() {
            let (steps, problem) = shrink(steps);
            let steps = steps.iter().fold(String::new(), |mut text, (step, is_checked)| {
                let _ = write!(text, "\n  {step:?}{}", if *is_checked { ", checked" } else { "" });
                text
            });
            panic!("seed {seed}, history {history}: {problem}{steps}");
        }
    }
}

#[test]
fn state_agrees_with_the_next_request_in_fixed_histories() {
    for steps in FIXED {
        let steps: Vec<_> = steps.iter().map(|step| (*step, true)).collect();
        run(&steps).unwrap_or_else(|problem| panic!("{steps:?}: {problem}"));
    }
}

// Four tests, so that they run at the same time.
#[test]
fn state_agrees_with_the_next_request_in_random_histories_1() {
    check_random_histories(1);
}

#[test]
fn state_agrees_with_the_next_request_in_random_histories_2() {
    check_random_histories(2);
}

#[test]
fn state_agrees_with_the_next_request_in_random_histories_3() {
    check_random_histories(3);
}

#[test]
fn state_agrees_with_the_next_request_in_random_histories_4() {
    check_random_histories(4);
}
