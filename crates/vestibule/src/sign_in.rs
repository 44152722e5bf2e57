use vestibule_oidc::SignInError as MachineError;
use vestibule_sso::{SignInError, SignInFailure, SignInOptions, Token, Ui};
use vestibule_types::{Region, StartUrl};
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Configuration, Error, ErrorKind, IdentityCenter, Remedy};

impl IdentityCenter<'_> {
    /// Signs a person in.
    ///
    /// That is done where the portal is, as its host says; the token names that region. Where it is
    /// another than configured, the token counts once the configuration says so, too: see
    /// [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// A folder that cannot be written, before anybody is asked; a person who refuses.
    pub async fn sign_in(&self, how: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        self.sign_in_through(self.world(), how, ui).await
    }

    async fn sign_in_through(
        &self,
        world: &World,
        how: SignInOptions,
        ui: &dyn Ui,
    ) -> Result<Token, Error> {
        let sessions = &self.configuration.context.sessions;
        let there = match sessions.sign_in(world, &self.instance, how, ui).await {
            Err(SignInError::OtherRegion { portal, .. }) => self.in_region(portal)?,
            signed_in => return signed_in.map_err(|error| self.not_signed_in(error)),
        };
        let signed_in = sessions.sign_in(world, &there.instance, how, ui).await;
        signed_in.map_err(|error| self.not_signed_in(error))
    }

    fn not_signed_in(&self, error: SignInError) -> Error {
        let (kind, remedy) = match &error {
            SignInError::NotStorable { folder, .. } => {
                (ErrorKind::Machine, Some(Remedy::MakeWritable { folder: folder.clone() }))
            }
            SignInError::Listen { .. } => (ErrorKind::Machine, Some(Remedy::UseAnotherFlow)),
            SignInError::NotHttps { .. } => {
                let at = self.start_url_at.clone();
                (ErrorKind::Configuration, at.map(|at| Remedy::FixConfiguration { at }))
            }
            SignInError::OtherRegion { .. } => {
                let at = "sso_region".to_owned();
                (ErrorKind::Configuration, Some(Remedy::FixConfiguration { at }))
            }
            SignInError::Failed { source, .. } => self.failure(source),
            _ => (ErrorKind::Machine, None),
        };
        Error::new(kind, error).with_remedy(remedy)
    }

    fn failure(&self, failure: &SignInFailure) -> (ErrorKind, Option<Remedy>) {
        match failure {
            SignInFailure::Machine(MachineError::Cancelled) => (ErrorKind::Cancelled, None),
            SignInFailure::Machine(MachineError::Denied { .. } | MachineError::Expired) => {
                (ErrorKind::SignInNeeded, Some(self.remedy()))
            }
            SignInFailure::Transport(error) if error.kind.is_transient() => {
                (ErrorKind::Unavailable, Some(Remedy::TryLater))
            }
            SignInFailure::Machine(MachineError::Refused(_)) | SignInFailure::Transport(_) => {
                (ErrorKind::Refused, None)
            }
            _ => (ErrorKind::Machine, None),
        }
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::sign_in`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_in(&self, how: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        block_on(self.center.sign_in_through(self.world, how, ui))
    }
}

impl Configuration {
    /// The region of the portal behind a start URL, where the portal's host names one: what need not
    /// be asked of a person. A company's own address is asked where it leads.
    pub async fn portal_region(&self, start_url: &StartUrl) -> Option<Region> {
        vestibule_sso::portal_region(self.worlds.waiting(), start_url).await
    }

    /// The same for callers that block.
    pub fn portal_region_blocking(&self, start_url: &StartUrl) -> Option<Region> {
        block_on(vestibule_sso::portal_region(self.worlds.blocking(), start_url))
    }
}
