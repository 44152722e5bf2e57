//! A world that is signed in to an emulated portal.

use std::sync::Arc;

use vestibule::world::{Transport, World};
use vestibule::{Configuration, Session};
use vestibule_emulator::Emulator;
use vestibule_test_env::sign_in;

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
    let world = vestibule_test_env::world(emulator);
    sign_in(&world, emulator);
    world
}

/// Returns the world with another transport.
pub(crate) fn with_transport(world: &World, transport: impl Transport + 'static) -> World {
    World { transport: Arc::new(transport), ..world.clone() }
}

/// Returns the configuration of a world.
pub(crate) fn load(world: &World) -> Configuration {
    Session::builder().world(world.clone()).configuration().unwrap()
}
