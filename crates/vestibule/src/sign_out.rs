use vestibule_profile::Base;
use vestibule_sso::SignedOut;
use vestibule_types::SsoSession;
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Configuration, Error, IdentityCenter};

impl IdentityCenter<'_> {
    /// Ends the sign-in, here and at the portal, and removes the role credentials that profiles
    /// of this session share with the AWS CLI, and what was kept of its listing.
    ///
    /// # Errors
    /// A token file that cannot be removed.
    pub async fn sign_out(&self) -> Result<SignedOut, Error> {
        self.sign_out_through(self.world()).await
    }

    async fn sign_out_through(&self, world: &World) -> Result<SignedOut, Error> {
        let sessions = &self.configuration.context.sessions;
        let out = sessions.sign_out(world, &self.instance).await;
        self.configuration.forget_roles(&self.instance.session);
        self.forget_listing();
        out.map_err(|error| self.failed(error))
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::sign_out`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_out(&self) -> Result<SignedOut, Error> {
        block_on(self.center.sign_out_through(self.world))
    }
}

impl Configuration {
    /// Removes the shared credentials of all profiles that sign in to this session.
    fn forget_roles(&self, session: &SsoSession) {
        let world = self.worlds.local();
        for name in self.files.profile_names() {
            let ask = self.ask.clone().with_profile(name, "its name");
            let Ok(plan) = vestibule_profile::plan(&self.files, &world.vars, &ask) else {
                continue;
            };
            match &plan.base {
                Base::Sso(role) if role.session.session() == *session => {
                    self.forget_roles_of(&plan);
                }
                _ => {}
            }
        }
    }
}
