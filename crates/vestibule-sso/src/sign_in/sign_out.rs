use std::time::Duration;

use vestibule_cache::Token;
use vestibule_portal::{ErrorKind, Logout};
use vestibule_wire::Anonymous;
use vestibule_world::{CallError, CallOptions, World};

use crate::kind::BoxError;
use crate::record::SessionRecord;
use crate::refresh::Requirement;
use crate::shared::TokenHandle;
use crate::state::Stored;
use crate::{Error, Fingerprint, Instance, Mismatch, Sessions, refresh};

/// The user waits for the portal, whose response changes nothing on this machine.
const PORTAL_TIMEOUT: Duration = Duration::from_secs(5);
const PORTAL_ATTEMPTS: u32 = 2;

/// The result of a sign-out.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedOut {
    /// Whether there was a token to remove.
    pub was_signed_in: bool,
    /// The error if the portal session may still exist. The token is removed in any case.
    pub portal: Result<(), BoxError>,
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
            // The portal would reject an expired token, so it is not sent.
            Some(token) if !token.is_expired(world.clock.now()) => {
                log_out(world, instance, &token).await
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

/// Ends the session at the portal, before another sign-in. The token stays in the store, and is
/// recorded as revoked. Without a session, does nothing.
pub(crate) async fn end_portal_session(
    world: &World,
    handle: &TokenHandle<Instance>,
) -> Result<(), BoxError> {
    // The portal knows a session by an access token that has not expired.
    let token = match refresh::live_token(world, handle, Requirement::Live).await {
        Err(Error::SignInNeeded(_)) => return Ok(()),
        token => token?,
    };
    log_out(world, &handle.kind, &token).await?;
    let _lock = refresh::lock(world, handle).await;
    let record = SessionRecord {
        revoked: Some(Fingerprint::new(token.access_token.expose())),
        ..handle.record(world).await
    };
    handle.store_record(world, record).await;
    Ok(())
}

async fn log_out(world: &World, instance: &Instance, token: &Token) -> Result<(), BoxError> {
    let logout = Logout { token: &token.access_token };
    let options =
        CallOptions::default().with_attempts(PORTAL_ATTEMPTS).with_exchange_timeout(PORTAL_TIMEOUT);
    match world.call_with(&instance.portal, &Anonymous, &logout, options).await {
        Ok(()) => Ok(()),
        // The portal session expired before.
        Err(CallError::Response(error)) if *error.kind() == ErrorKind::Unauthorized => Ok(()),
        Err(error) => Err(error.into()),
    }
}

struct Removed {
    token: Option<Token>,
    was_signed_in: bool,
    kept: Option<Mismatch>,
}
