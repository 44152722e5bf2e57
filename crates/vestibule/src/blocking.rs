use std::sync::Arc;

use vestibule_sso::Token;
use vestibule_sts::CallerIdentity;
use vestibule_types::{Credentials, Region};
use vestibule_world::{World, block_on};

use crate::{Error, Session};

/// A [`Session`] for callers that block: the same code over a world whose calls block.
///
/// Starts no runtime before the first request, and none at all if there is none.
#[derive(Clone, Copy, Debug)]
pub struct Blocking<'a> {
    session: &'a Session,
    world: &'a World,
}

impl<'a> Blocking<'a> {
    pub(crate) fn new(session: &'a Session, world: &'a World) -> Self {
        Self { session, world }
    }

    /// The world that it asks through, for other futures of callers that block.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// See [`Session::credentials`].
    ///
    /// # Errors
    /// As there.
    pub fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        block_on(self.session.credentials_through(self.world))
    }

    /// See [`Session::region_or_instance`].
    pub fn region_or_instance(&self) -> Option<Region> {
        block_on(self.session.region_through(self.world))
    }

    /// See [`Session::token`].
    ///
    /// # Errors
    /// As there.
    pub fn token(&self) -> Result<Token, Error> {
        let center = self.session.configuration().identity_center()?;
        center.blocking().token(std::time::Duration::ZERO)
    }

    /// See [`Session::caller_identity`].
    ///
    /// # Errors
    /// As there.
    pub fn caller_identity(&self) -> Result<CallerIdentity, Error> {
        block_on(self.session.caller_identity_through(self.world))
    }
}
