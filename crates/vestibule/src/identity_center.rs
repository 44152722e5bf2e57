use std::time::Duration;

use vestibule_sso::{Instance, Status, Token};
use vestibule_types::{Region, SsoSession, Timestamp};
use vestibule_world::{World, block_on};

use crate::{Configuration, Error, ErrorKind, Remedy};

/// One IAM Identity Center that the configuration names: its tokens; with the feature `sign-in`
/// signing in and out, and what the person may use there; with `edit` corrections of its region.
#[derive(Clone, Debug)]
pub struct IdentityCenter<'a> {
    pub(crate) configuration: &'a Configuration,
    pub(crate) instance: Instance,
    pub(crate) profile: String,
    /// Where the start URL stands, if anywhere.
    pub(crate) start_url_at: Option<String>,
    /// Another world than the configuration's.
    world: Option<World>,
}

impl<'a> IdentityCenter<'a> {
    pub(crate) fn new(
        configuration: &'a Configuration,
        instance: Instance,
        start_url_at: Option<String>,
    ) -> Self {
        let profile = configuration.profile().value;
        Self { configuration, instance, profile, start_url_at, world: None }
    }

    /// The session, as configured.
    pub fn session(&self) -> &SsoSession {
        &self.instance.session
    }

    /// The addresses of the services that sign people in and that trade tokens for credentials.
    pub fn endpoints(&self) -> [&str; 2] {
        [self.instance.oidc.url(), self.instance.portal.url()]
    }

    /// The time by which its tokens are judged.
    pub fn now(&self) -> Timestamp {
        self.configuration.worlds.local().clock.now()
    }

    /// The world that it acts through when it is awaited.
    pub fn world(&self) -> &World {
        self.world.as_ref().unwrap_or_else(|| self.configuration.worlds.waiting())
    }

    /// The same through another world: one that counts the requests, say, or holds them back.
    #[must_use]
    pub fn with_world(mut self, world: World) -> Self {
        self.world = Some(world);
        self
    }

    /// What the files say about the sign-in. Calls nothing.
    pub fn status(&self) -> Status {
        let world = self.configuration.worlds.local();
        self.configuration.context.sessions.status(world, &self.instance.session)
    }

    /// A token that works now; it ends no sooner than `lasting` where that can be had silently.
    ///
    /// # Errors
    /// A sign-in is needed, or the service could not be asked.
    pub async fn token(&self, lasting: Duration) -> Result<Token, Error> {
        self.token_through(self.world(), lasting).await
    }

    /// The same where its portal is in another region than configured.
    ///
    /// # Errors
    /// An endpoint that is none.
    pub fn in_region(&self, region: Region) -> Result<Self, Error> {
        let mut session = self.instance.session.clone();
        session.region = region;
        let there = self.configuration.identity_center_at(session)?;
        Ok(Self { start_url_at: self.start_url_at.clone(), ..there })
    }

    /// The same for callers that block.
    pub fn blocking(&self) -> BlockingIdentityCenter<'_> {
        let own = || self.configuration.worlds.blocking();
        BlockingIdentityCenter { center: self, world: self.world.as_ref().unwrap_or_else(own) }
    }

    pub(crate) async fn token_through(
        &self,
        world: &World,
        lasting: Duration,
    ) -> Result<Token, Error> {
        let sessions = &self.configuration.context.sessions;
        sessions.token_for(world, &self.instance, lasting).await.map_err(|error| self.failed(error))
    }

    pub(crate) fn failed(&self, error: vestibule_sso::Error) -> Error {
        use vestibule_sso::Error::{CannotRefresh, SignInNeeded};
        let (kind, remedy) = match &error {
            SignInNeeded { .. } => (ErrorKind::SignInNeeded, Some(self.remedy())),
            CannotRefresh { .. } => (ErrorKind::Unavailable, Some(Remedy::TryLater)),
            _ => (ErrorKind::Machine, None),
        };
        Error::new(kind, error).with_remedy(remedy)
    }

    pub(crate) fn remedy(&self) -> Remedy {
        let session = self.instance.session.name.as_ref().map(ToString::to_string);
        Remedy::SignIn { session, profile: self.profile.clone() }
    }
}

/// [`IdentityCenter`] for callers that block.
#[derive(Clone, Copy, Debug)]
pub struct BlockingIdentityCenter<'a> {
    pub(crate) center: &'a IdentityCenter<'a>,
    pub(crate) world: &'a World,
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::token`].
    ///
    /// # Errors
    /// As there.
    pub fn token(&self, lasting: Duration) -> Result<Token, Error> {
        block_on(self.center.token_through(self.world, lasting))
    }
}
