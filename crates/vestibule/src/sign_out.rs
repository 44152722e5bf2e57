use vestibule_profile::Base;
use vestibule_sso::SignedOut;
use vestibule_types::SsoSession;
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Configuration, Error, ErrorKind, IdentityCenter, Remedy};

impl IdentityCenter {
    /// Signs the user out, on this machine and at the portal.
    ///
    /// Removes the token, the shared role credentials of the profiles of this session, and the
    /// stored listing.
    ///
    /// Each [`Session`](crate::Session) keeps the credentials in its memory, which AWS accepts until
    /// they expire. Call [`Session::forget`](crate::Session::forget) on those that go on.
    ///
    /// # Errors
    /// The token store cannot be read or written.
    pub async fn sign_out(&self) -> Result<SignedOut, Error> {
        self.sign_out_in(self.async_world()).await
    }

    async fn sign_out_in(&self, world: &World) -> Result<SignedOut, Error> {
        let out = self.sessions().sign_out(world, self.instance()).await;
        self.forget_assignments();
        out.map_err(|error| self.token_error(error))
    }

    /// Removes the shared role credentials of the session, and the stored listing.
    pub fn forget_assignments(&self) {
        self.configuration().forget_roles(self.session());
        self.forget_listing();
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::sign_out`].
    ///
    /// # Errors
    /// As [`IdentityCenter::sign_out`].
    pub fn sign_out(&self) -> Result<SignedOut, Error> {
        block_on(self.center.sign_out_in(self.world))
    }
}

impl Configuration {
    /// Returns the Identity Centers of tokens in the store that belong to none of these sessions.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn other_identity_centers(
        &self,
        sessions: &[SsoSession],
    ) -> Result<Vec<IdentityCenter>, Error> {
        self.other_identity_centers_in(self.async_world(), sessions).await
    }

    /// See [`Configuration::other_identity_centers`]; for callers that block.
    ///
    /// # Errors
    /// As [`Configuration::other_identity_centers`].
    pub fn other_identity_centers_blocking(
        &self,
        sessions: &[SsoSession],
    ) -> Result<Vec<IdentityCenter>, Error> {
        block_on(self.other_identity_centers_in(self.blocking_world(), sessions))
    }

    async fn other_identity_centers_in(
        &self,
        world: &World,
        sessions: &[SsoSession],
    ) -> Result<Vec<IdentityCenter>, Error> {
        let found = self.context().sessions.tokens_of_other_sessions(world, sessions).await;
        let found = found.map_err(|error| {
            let remedy = Remedy::for_store(&error);
            Error::new(ErrorKind::Machine, error).with_remedy(remedy)
        })?;
        let center = |(session, entry)| Ok(self.identity_center_for(session)?.with_entry(entry));
        found.into_iter().map(center).collect()
    }

    /// Removes the shared credentials of all profiles of this session.
    fn forget_roles(&self, session: &SsoSession) {
        for name in self.files().profile_names() {
            let overrides = self.overrides().clone().with_profile(name, "its name");
            match vestibule_profile::plan(self.files(), self.vars(), &overrides) {
                Ok(plan) if matches!(&plan.base, Base::Sso(role) if role.session.session() == *session) =>
                {
                    self.forget_roles_of(&plan);
                }
                _ => {}
            }
        }
    }
}
