use vestibule_sso::{PreparedStore, StoreError};
use vestibule_world::{BoxFuture, World};

use crate::KeychainTokenStore;

/// A file for which room has been made, and a keychain that was just written.
#[derive(Debug)]
pub(crate) struct PreparedToken {
    pub(crate) store: KeychainTokenStore,
    pub(crate) entry: String,
    pub(crate) file: Box<dyn PreparedStore>,
}

impl PreparedStore for PreparedToken {
    fn commit<'a>(
        self: Box<Self>,
        world: &'a World,
        contents: &'a [u8],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let file = self.store.set_secret(&self.entry, contents)?;
            self.file.commit(world, &file).await
        })
    }
}
