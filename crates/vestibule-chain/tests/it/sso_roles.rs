//! Role credentials of the portal, if a service rejects the token or fails.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use vestibule_chain::{BoxFuture, Planned, build};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::{CONFIG, sign_in, sign_in_with_another_tool};
use vestibule_world::{Request, Response, Transport, TransportError, World};

use crate::support::{context, outcome, plan_of, with_emulator, world};

/// A machine whose user has signed in.
struct TestEnv {
    emulator: Emulator,
    world: World,
    provider: Planned,
}

impl TestEnv {
    fn new() -> Self {
        let emulator = Emulator::default();
        let world = with_emulator(world(CONFIG, &[]), &emulator);
        sign_in(&world, &emulator);
        let provider = build(&plan_of(&world, ""), &context(&world)).unwrap();
        Self { emulator, world, provider }
    }

    fn outcome(&self) -> String {
        outcome(&self.world, &self.provider)
    }

    /// Checks the start of the outcome, and the numbers of refreshes and of requests for the role.
    #[track_caller]
    fn check(&self, expected: &str, refreshes: u64, requests: u64) {
        let before = self.emulator.count(Operation::CreateToken);
        let found = self.outcome();
        assert!(found.starts_with(expected), "{found}");
        assert_eq!(self.emulator.count(Operation::CreateToken) - before, refreshes);
        assert_eq!(self.emulator.count(Operation::GetRoleCredentials), requests);
    }
}

fn unauthorized() -> Fault {
    Fault::Error("UnauthorizedException".to_owned())
}

#[test]
fn rejected_token_is_refreshed_and_the_role_requested_once_more() {
    let env = TestEnv::new();
    env.emulator.fail(Operation::GetRoleCredentials).with(unauthorized());
    let found = env.outcome();
    assert!(found.ends_with(" of sso"), "{found}");
    assert_eq!(env.emulator.count(Operation::GetRoleCredentials), 2);
}

#[test]
fn rejection_of_the_refreshed_token_needs_a_sign_in() {
    let env = TestEnv::new();
    env.emulator.fail(Operation::GetRoleCredentials).always().with(unauthorized());
    let expected = "SignInNeeded: Your SSO session \"my-sso\" has expired or was revoked. \
                    (sso_session, ~/.aws/config:2)";
    env.check(expected, 1, 2);
    // That is recorded, so that the next call sends no request.
    env.check(expected, 0, 2);
}

/// The emulator, with a user who signs in with another tool before the second request for the role.
#[derive(Debug)]
struct SignInBetween {
    emulator: Emulator,
    world: World,
}

impl Transport for SignInBetween {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let is_for_role = request.uri().path() == "/federation/credentials";
        if is_for_role && self.emulator.count(Operation::GetRoleCredentials) == 1 {
            sign_in_with_another_tool(&self.world, &self.emulator);
        }
        self.emulator.send(request)
    }
}

#[test]
fn sign_in_at_the_moment_of_the_second_rejection_is_used_by_the_next_call() {
    let TestEnv { emulator, world, provider } = TestEnv::new();
    let transport = SignInBetween { emulator: emulator.clone(), world: world.clone() };
    let world = World { transport: Arc::new(transport), ..world };
    emulator.fail(Operation::GetRoleCredentials).times(2).with(unauthorized());
    let found = outcome(&world, &provider);
    assert!(found.starts_with("Transient: the access portal does not accept"), "{found}");
    let found = outcome(&world, &provider);
    assert!(found.ends_with(" of sso"), "{found}");
}

#[test]
fn role_that_is_denied_is_an_error_without_a_refresh() {
    let env = TestEnv::new();
    env.emulator
        .fail(Operation::GetRoleCredentials)
        .with(Fault::Error("ForbiddenException".to_owned()));
    env.check("Refused: no access to role `SampleRole`", 0, 1);
}

#[test]
fn role_that_is_denied_to_the_refreshed_token_is_an_error_of_its_setting() {
    let env = TestEnv::new();
    env.emulator.fail(Operation::GetRoleCredentials).with(unauthorized());
    env.emulator
        .fail(Operation::GetRoleCredentials)
        .with(Fault::Error("ForbiddenException".to_owned()));
    let expected = "Refused: no access to role `SampleRole`";
    env.check(expected, 1, 2);
}

#[test]
fn expired_token_and_a_failing_service_are_transient_unless_a_retry_is_useless() {
    for (fault, kind) in [
        (Fault::Status(StatusCode::SERVICE_UNAVAILABLE), "Transient"),
        (Fault::Reset, "Transient"),
        (Fault::Endless, "Unreachable"),
    ] {
        let env = TestEnv::new();
        env.emulator.clock().advance(Duration::from_secs(2 * 3_600));
        env.emulator.fail(Operation::CreateToken).always().with(fault);
        let found = env.outcome();
        let message = "The token of SSO session \"my-sso\" expired at 2026-01-01T01:";
        assert!(found.starts_with(&format!("{kind}: {message}")), "{found}");
        assert_eq!(env.emulator.count(Operation::GetRoleCredentials), 0);
    }
}
