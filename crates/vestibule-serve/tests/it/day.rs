//! A day of a server that gives credentials of an SSO role, over virtual time.

use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::SsoRole;
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_provider::Cached;
use vestibule_serve::{ListenAddress, Server};
use vestibule_sso::Sessions;
use vestibule_test_env::{instance, sign_in_with_another_tool, world};
use vestibule_types::{AccountId, RoleName};

use crate::support::get_credentials;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn sign_in_with_another_tool_is_noticed_by_the_next_request_for_24_hours() {
    let emulator = Emulator::default();
    let world = world(&emulator);
    let sessions = Arc::new(Sessions::at_home(&world.vars, world.platform));
    let account = AccountId::new("111122223333").unwrap();
    let role = SsoRole::new(sessions, instance(), account, RoleName::new("SampleRole").unwrap());
    let provider = Arc::new(Cached::new(role));
    let server = Server::start(&ListenAddress::Port(0), provider, world.clone()).unwrap();
    let succeeds = || get_credentials(&server).starts_with("HTTP/1.1 200 ");
    assert!(!succeeds());
    for hour in 0..24 {
        sign_in_with_another_tool(&world, &emulator);
        assert!(succeeds(), "{hour}: {}", get_credentials(&server));
        // The access token is refreshed once an hour, until the session ends in one of two ways.
        if hour % 2 == 0 {
            emulator.revoke_sessions();
        } else {
            emulator.fail(Operation::CreateToken).always().with(Fault::Reset);
        }
        emulator.clock().advance(HOUR);
        assert!(!succeeds() && !succeeds(), "{hour}");
        emulator.clear_faults();
    }
    // A session of eight hours needs no sign-in until it expires.
    sign_in_with_another_tool(&world, &emulator);
    for hour in 0..8 {
        assert!(succeeds(), "{hour}");
        emulator.clock().advance(HOUR);
    }
    assert!(!succeeds());
}
