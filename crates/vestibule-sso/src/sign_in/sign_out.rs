use vestibule_portal::Logout;
use vestibule_wire::Anonymous;
use vestibule_world::World;

use crate::store::Store;
use crate::{Error, Instance};

/// What a sign-out found and did.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedOut {
    /// Whether there was a token to remove.
    pub was_signed_in: bool,
    /// Why the portal could not be told; the token is gone all the same.
    pub portal: Result<(), Box<dyn std::error::Error + Send + Sync>>,
}

pub(crate) async fn sign_out(
    world: &World,
    store: &Store<'_>,
    instance: &Instance,
) -> Result<SignedOut, Error> {
    // A refresh under way would bring the token back.
    let _lock = store.lock_refresh(world).await;
    let token = store.token(world);
    let was_signed_in = !matches!(token, Err(crate::NoTokenReason::Never { .. }));
    let portal = match &token {
        // An expired token opens nothing, and is not sent anywhere.
        Ok(token) if !token.is_expired(world.clock.now()) => {
            let logout = Logout { token: &token.access_token };
            match world.call(&instance.portal, &Anonymous, &logout).await {
                Ok(()) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
        _ => Ok(()),
    };
    store
        .remove_token(world)
        .map_err(|source| Error::NotRemovable { file: store.token_file.clone(), source })?;
    Ok(SignedOut { was_signed_in, portal })
}
