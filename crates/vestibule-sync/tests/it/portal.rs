//! A world that is signed in to an emulated portal.

use std::sync::Arc;

use vestibule::world::{Transport, World, memory};
use vestibule::{Configuration, Flow, Session, SignInOptions, Ui, Verification, WebAddress};
use vestibule_emulator::Emulator;

const CONFIG: &str = "\
[sso-session my-sso]
sso_region = us-east-1
sso_start_url = https://provided-domain.awsapps.com/start
sso_registration_scopes = sso:account:access
";

/// Returns an emulator with `count` accounts, each with three roles.
pub(crate) fn with_accounts(count: u64) -> Emulator {
    let mut builder = Emulator::builder();
    for number in 0..count {
        let id = format!("{:012}", 200_000_000_000 + number);
        builder = builder.account(&id, format!("Sample {number}"));
        for role in ["Admin", "PowerUser", "ReadOnly"] {
            builder = builder.role(&id, role);
        }
    }
    builder.build()
}

/// Returns a world with the emulator's clock and transport that is signed in.
pub(crate) fn signed_in(emulator: &Emulator) -> World {
    let world = World {
        files: Arc::new(memory::Files::default().with("/home/.aws/config", CONFIG)),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    };
    sign_in(&world, emulator);
    world
}

pub(crate) fn sign_in(world: &World, emulator: &Emulator) {
    let configuration = load(world);
    let center = configuration.identity_center_named("my-sso", "--sso-session").unwrap();
    let options = SignInOptions::new(Flow::DeviceCode);
    center.blocking().sign_in(options, &AutoApprover(emulator.clone())).unwrap();
}

/// Returns the world with another transport.
pub(crate) fn with_transport(world: &World, transport: impl Transport + 'static) -> World {
    World { transport: Arc::new(transport), ..world.clone() }
}

/// Returns the configuration of a world.
pub(crate) fn load(world: &World) -> Configuration {
    Session::builder().world(world.clone()).configuration().unwrap()
}

/// Approves every sign-in request.
struct AutoApprover(Emulator);

impl Ui for AutoApprover {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}
