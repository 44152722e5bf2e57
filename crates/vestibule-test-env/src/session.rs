//! The SSO session of [`CONFIG`](crate::CONFIG), in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vestibule_emulator::Emulator;
use vestibule_oidc::Flow;
use vestibule_sso::{Instance, MemoryTokenStore, Sessions, SignInOptions, Token};
use vestibule_types::{Region, SessionName, SsoSession, StartUrl};
use vestibule_wire::EndpointParams;
use vestibule_world::{World, WriteMode, block_on, memory};

use crate::{AutoApprover, CONFIG, TOKEN_FILE};

/// Returns a world with [`CONFIG`], whose network and clock are the emulator's.
pub fn world(emulator: &Emulator) -> World {
    world_with_config(emulator, CONFIG)
}

/// Returns a world with this `~/.aws/config`, whose network and clock are the emulator's.
pub fn world_with_config(emulator: &Emulator, config: &str) -> World {
    World {
        files: Arc::new(memory::Files::default().with("/home/.aws/config", config)),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    }
}

/// Returns the SSO session of [`CONFIG`], with the endpoints of AWS.
///
/// # Panics
/// Never: its values are valid.
pub fn instance() -> Instance {
    let mut session = SsoSession::named(
        SessionName::new("my-sso").unwrap(),
        StartUrl::new("https://provided-domain.awsapps.com/start").unwrap(),
        Region::new("us-east-1").unwrap(),
    );
    session.scopes = vec!["sso:account:access".to_owned()];
    let params = EndpointParams::new(session.region.clone());
    let oidc = vestibule_oidc::endpoint(&params).unwrap();
    let portal = vestibule_portal::endpoint(&params).unwrap();
    Instance::new(session, oidc, portal)
}

/// Returns the path of the token file of [`CONFIG`] in such a world.
pub fn token_path() -> PathBuf {
    Path::new("/home").join(TOKEN_FILE)
}

/// Signs in to the SSO session of [`CONFIG`], and stores the token in the files of the world.
///
/// # Panics
/// If the sign-in fails.
pub fn sign_in(world: &World, emulator: &Emulator) {
    sign_in_to(&Sessions::at_home(&world.vars, world.platform), world, emulator);
}

/// Signs in as the AWS CLI does, which writes the token file and nothing else.
///
/// # Panics
/// If the sign-in fails, or the token cannot be stored.
pub fn sign_in_with_another_tool(world: &World, emulator: &Emulator) {
    let token = token_of_another_tool(world, emulator);
    world.files.replace(&token_path(), &token.write(), WriteMode::BestEffort).unwrap();
}

/// Returns the token of a sign-in that stores nothing in the world.
///
/// # Panics
/// If the sign-in fails.
pub fn token_of_another_tool(world: &World, emulator: &Emulator) -> Token {
    sign_in_to(&Sessions::new(Arc::new(MemoryTokenStore::default())), world, emulator)
}

fn sign_in_to(sessions: &Sessions, world: &World, emulator: &Emulator) -> Token {
    let approver = AutoApprover::new(emulator);
    let options = SignInOptions::new(Flow::DeviceCode);
    block_on(sessions.sign_in(world, &instance(), options, &approver)).unwrap()
}
