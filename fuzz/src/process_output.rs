use std::sync::Arc;

use vestibule_chain::Process;
use vestibule_profile::{Base, Files, Overrides, plan};
use vestibule_provider::{Lookup, Provider};
use vestibule_types::Vars;
use vestibule_world::{Finished, World, block_on, memory};

use crate::SECRET;

/// Checks that the output of a credential process results in credentials or in an error without the
/// secret.
pub fn process_output(bytes: &[u8]) {
    let files = Files::from_texts("[default]\ncredential_process = helper\n", "");
    let Ok(found) = plan(&files, &Vars::default(), &Overrides::default()) else {
        panic!("a profile with a credential process has no plan");
    };
    let Base::Process(command) = found.base else { panic!("{:?}", found.base) };
    let stdout = bytes.to_vec();
    let world = World {
        processes: Arc::new(memory::Processes::new(move |_| {
            Ok(Finished::new(Some(0), stdout.clone().into(), ""))
        })),
        ..memory::world()
    };
    match block_on(Process::new(command, "default").provide(&world)) {
        Ok(Lookup::Credentials(keys)) => assert!(!keys.access_key_id().is_empty()),
        Ok(Lookup::NotConfigured(reason)) => {
            panic!("the process ran, but is not configured: {reason:?}")
        }
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(SECRET), "the error shows the output: {shown}");
        }
    }
}
