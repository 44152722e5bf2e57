//! The client registration, which is stored for later sign-ins.

use vestibule_cache::key;
use vestibule_oidc::Registration;
use vestibule_world::{World, WriteMode};

use crate::Instance;
use crate::shared::TokenHandle;

impl TokenHandle<Instance> {
    /// Returns a registration that this program stored earlier.
    pub(crate) async fn registration(&self, world: &World) -> Option<Registration> {
        let entry = key::registration(&self.kind.session);
        let contents = self.store.tokens.load(world, &entry).await.ok()??;
        let cached = vestibule_cache::Registration::read(&contents).ok()?;
        Some(
            Registration::new(cached.client_id, cached.client_secret, cached.expires_at)
                .with_scopes(cached.scopes, cached.grant_types),
        )
    }

    /// Stores a registration. Without it the next sign-in registers anew.
    pub(crate) async fn store_registration(&self, world: &World, registration: &Registration) {
        let contents = cached(registration)
            .with_scopes(&registration.scopes)
            .with_grant_types(&registration.grant_types)
            .write();
        let entry = key::registration(&self.kind.session);
        let stored = self.store.tokens.store(world, &entry, &contents, WriteMode::Durable).await;
        if let Err(error) = stored {
            tracing::debug!(%error, "the registration could not be stored");
        }
    }
}

/// Returns the registration in the form of token and registration files.
pub(crate) fn cached(registration: &Registration) -> vestibule_cache::Registration {
    vestibule_cache::Registration::new(
        &*registration.client_id,
        registration.client_secret.clone(),
        registration.expires_at,
    )
}
