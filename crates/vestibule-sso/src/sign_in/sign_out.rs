use vestibule_cache::Token;
use vestibule_portal::Logout;
use vestibule_wire::Anonymous;
use vestibule_world::World;

use crate::state::Stored;
use crate::{Error, Instance, Mismatch, Sessions, refresh};

/// The result of a sign-out.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedOut {
    /// Whether there was a token to remove.
    pub was_signed_in: bool,
    /// Why the portal session may not have ended. The token is removed all the same.
    pub portal: Result<(), Box<dyn std::error::Error + Send + Sync>>,
    /// A token that was kept, because it belongs to another tool.
    pub kept: Option<Mismatch>,
}

impl Sessions {
    /// Removes the token of a session, and then ends the session at the portal, if that can be
    /// reached. A token of another tool, with scopes of its own, is kept.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn sign_out(&self, world: &World, instance: &Instance) -> Result<SignedOut, Error> {
        let Removed { token, was_signed_in, kept } = self.remove(world, instance).await?;
        let portal = match token {
            // An expired token opens nothing, and is not sent anywhere.
            Some(token) if !token.is_expired(world.clock.now()) => {
                let logout = Logout { token: &token.access_token };
                let response = world.call(&instance.portal, &Anonymous, &logout).await;
                response.map_err(Into::into)
            }
            _ => Ok(()),
        };
        Ok(SignedOut { was_signed_in, portal, kept })
    }

    async fn remove(&self, world: &World, instance: &Instance) -> Result<Removed, Error> {
        let handle = self.handle(instance);
        // A refresh in flight would store a token again.
        let _lock = refresh::lock(world, &handle).await;
        let stored = handle.snapshot(world).await?.stored;
        if let Stored::NotOurs(mismatch @ Mismatch::Scopes { .. }) = stored {
            return Ok(Removed { token: None, was_signed_in: false, kept: Some(mismatch) });
        }
        let was_signed_in = handle.remove(world).await?;
        Ok(Removed { token: stored.as_token().cloned(), was_signed_in, kept: None })
    }
}

struct Removed {
    token: Option<Token>,
    was_signed_in: bool,
    kept: Option<Mismatch>,
}
