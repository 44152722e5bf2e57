//! The accounts and roles that a portal last listed, for shell completion.

use std::path::PathBuf;

use vestibule_cache::{Folder, Listing, key};
use vestibule_world::{World, WriteMode};

use crate::IdentityCenter;

impl IdentityCenter {
    /// Returns the accounts and roles that were stored last. Sends no request.
    pub fn listing(&self) -> Listing {
        let world = self.configuration().worlds().local();
        let bytes = self.listing_file(world).and_then(|file| world.files.read(&file).ok());
        bytes.map(|bytes| Listing::read(&bytes)).unwrap_or_default()
    }

    /// Changes the stored listing, in a file of `~/.aws/vestibule` that a sign-out removes.
    ///
    /// Best effort: a failed write is only logged.
    pub fn update_listing(&self, change: impl FnOnce(&mut Listing)) {
        let world = self.configuration().worlds().local();
        let before = self.listing();
        let mut after = before.clone();
        change(&mut after);
        let Some(file) = self.listing_file(world).filter(|_| after != before) else { return };
        if let Err(error) = world.files.replace(&file, &after.write(), WriteMode::BestEffort) {
            tracing::debug!(%error, "the listing could not be stored");
        }
    }

    pub(crate) fn forget_listing(&self) {
        let world = self.configuration().worlds().local();
        if let Some(file) = self.listing_file(world) {
            // Best effort: the file may not exist.
            let _ = world.files.remove(&file);
        }
    }

    fn listing_file(&self, world: &World) -> Option<PathBuf> {
        let folder = Folder::vestibule(&world.vars.home(world.platform)?, world.platform);
        Some(folder.file(&key::listing(self.session())))
    }
}
