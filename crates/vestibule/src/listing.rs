//! What a portal last listed, kept for who must not wait for it.

use std::path::PathBuf;

use vestibule_cache::{Folder, Listing, key};
use vestibule_world::{World, WriteMode};

use crate::IdentityCenter;

impl IdentityCenter<'_> {
    /// What was last kept of this portal's accounts and roles. Calls nothing.
    pub fn listing(&self) -> Listing {
        let world = self.configuration.worlds.local();
        let bytes = self.listing_file(world).and_then(|file| world.files.read(&file).ok());
        bytes.map(|bytes| Listing::read(&bytes)).unwrap_or_default()
    }

    /// Keeps what was listed, in a file of `~/.aws/vestibule`; signing out removes it.
    ///
    /// Where it cannot be written, there is nothing to complete: no reason to fail.
    pub fn update_listing(&self, change: impl FnOnce(&mut Listing)) {
        let world = self.configuration.worlds.local();
        let before = self.listing();
        let mut after = before.clone();
        change(&mut after);
        let Some(file) = self.listing_file(world).filter(|_| after != before) else { return };
        if let Err(error) = world.files.replace(&file, &after.write(), WriteMode::BestEffort) {
            tracing::debug!(%error, "the listing could not be kept");
        }
    }

    pub(crate) fn forget_listing(&self) {
        let world = self.configuration.worlds.local();
        if let Some(file) = self.listing_file(world) {
            // One that is not there is gone already.
            let _ = world.files.remove(&file);
        }
    }

    fn listing_file(&self, world: &World) -> Option<PathBuf> {
        let folder = Folder::vestibule(&world.vars.home(world.platform)?, world.platform);
        Some(folder.file(&key::listing(self.session())))
    }
}
