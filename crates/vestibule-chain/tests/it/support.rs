//! Providers of a configuration in memory.

use std::sync::Arc;

use vestibule_chain::{Context, Lookup, Plan, Provider, Sessions, read_files};
use vestibule_emulator::Emulator;
use vestibule_profile::{Overrides, plan};
use vestibule_types::with_causes;
use vestibule_world::{World, block_on, memory};

/// Returns a world with this `~/.aws/config` and these variables, without a network.
pub(crate) fn world(config: &str, vars: &[(&str, &str)]) -> World {
    let files = memory::Files::default().with("/home/.aws/config", config);
    let base = memory::world();
    let vars = vars.iter().fold(base.vars, |vars, (name, value)| vars.with(*name, *value));
    World { vars, files: Arc::new(files), ..base }
}

/// Returns the world with the network and the clock of an emulator.
pub(crate) fn with_emulator(world: World, emulator: &Emulator) -> World {
    World { transport: Arc::new(emulator.clone()), clock: Arc::new(emulator.clock()), ..world }
}

/// Returns the plan of the profile that a caller names, or of the default one if the name is empty.
pub(crate) fn plan_of(world: &World, profile: &str) -> Plan {
    let overrides = match profile {
        "" => Overrides::default(),
        name => Overrides::default().with_profile(name, "--profile"),
    };
    plan(&read_files(world).unwrap(), &world.vars, &overrides).unwrap()
}

/// Returns a context whose tokens are in the files of the world.
pub(crate) fn context(world: &World) -> Context {
    Context::new(Arc::new(Sessions::at_home(&world.vars, world.platform)))
}

/// Returns the outcome of a request for credentials: the key and its provider, the sources that are
/// not configured, or the error with its causes and the setting that selected the source.
pub(crate) fn outcome(world: &World, provider: &dyn Provider) -> String {
    match block_on(provider.provide(world)) {
        Ok(Lookup::Credentials(keys)) => {
            format!("{} of {}", keys.access_key_id(), keys.provider().unwrap_or("no provider"))
        }
        Ok(Lookup::NotConfigured(skipped)) => format!("not configured: {skipped}"),
        Err(error) => {
            let by = error.chosen_by().map(|by| format!(" ({by})")).unwrap_or_default();
            format!("{:?}: {}{by}", error.kind(), with_causes(&error))
        }
    }
}
