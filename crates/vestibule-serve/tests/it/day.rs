//! A day of a server that gives credentials of an SSO role, over virtual time.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::{Endpoint, SsoRole};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_oidc::{Flow, Verification, WebAddress};
use vestibule_provider::Cached;
use vestibule_serve::{ListenAddress, Server};
use vestibule_sso::{Instance, MemoryTokenStore, Sessions, SignInOptions, Ui};
use vestibule_types::{AccountId, Region, RoleName, SessionName, SsoSession, StartUrl};
use vestibule_world::{World, WriteMode, block_on, memory};

use crate::support::get_credentials;

const HOUR: Duration = Duration::from_secs(3600);
const TOKEN_FILE: &str = "/home/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";

struct Approver(Emulator);

impl Ui for Approver {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}

fn instance() -> Instance {
    let session = SsoSession::named(
        SessionName::new("my-sso").unwrap(),
        StartUrl::new("https://provided-domain.awsapps.com/start").unwrap(),
        Region::new("us-east-1").unwrap(),
    );
    let endpoint = || Endpoint::parse("http://emulator.test", None).unwrap();
    Instance::new(session, endpoint(), endpoint())
}

/// Signs in as the AWS CLI does, which writes the token file and nothing else.
fn sign_in_with_another_tool(emulator: &Emulator, world: &World) {
    let tool = Sessions::new(Arc::new(MemoryTokenStore::default()));
    let (instance, approver) = (instance(), Approver(emulator.clone()));
    let options = SignInOptions::new(Flow::DeviceCode);
    let token = block_on(tool.sign_in(world, &instance, options, &approver)).unwrap();
    world.files.replace(Path::new(TOKEN_FILE), &token.write(), WriteMode::BestEffort).unwrap();
}

#[test]
fn sign_in_with_another_tool_is_noticed_by_the_next_request_for_24_hours() {
    let emulator = Emulator::default();
    let world = World {
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    };
    let sessions = Arc::new(Sessions::at_home(&world.vars, world.platform));
    let account = AccountId::new("111122223333").unwrap();
    let role = SsoRole::new(sessions, instance(), account, RoleName::new("SampleRole").unwrap());
    let provider = Arc::new(Cached::new(role));
    let server = Server::start(&ListenAddress::Port(0), provider, world.clone()).unwrap();
    let succeeds = || get_credentials(&server).starts_with("HTTP/1.1 200 ");
    assert!(!succeeds());
    for hour in 0..24 {
        sign_in_with_another_tool(&emulator, &world);
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
    sign_in_with_another_tool(&emulator, &world);
    for hour in 0..8 {
        assert!(succeeds(), "{hour}");
        emulator.clock().advance(HOUR);
    }
    assert!(!succeeds());
}
