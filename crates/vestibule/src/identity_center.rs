use std::time::Duration;

use vestibule_config::{Dialect, Document, Edit, EditError, SectionKind};
use vestibule_portal::{Account, ListAccountRoles, ListAccounts, Pages};
use vestibule_sso::{How, Instance, SignedOut, Status, Token, Ui};
use vestibule_types::{AccountId, Region, RoleName, SsoSession, Timestamp};
use vestibule_wire::{Anonymous, Operation};
use vestibule_world::{CallError, World, block_on};

use crate::{Configuration, Edited, Error, Remedy};

/// One IAM Identity Center that the configuration names: signing in and out, and what the person
/// may use there.
#[derive(Clone, Debug)]
pub struct IdentityCenter<'a> {
    configuration: &'a Configuration,
    instance: Instance,
    profile: String,
    /// Where the start URL stands, if anywhere.
    start_url_at: Option<String>,
    /// Another world than the configuration's.
    world: Option<World>,
}

type PortalError = CallError<vestibule_portal::Error>;

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
    pub fn through(mut self, world: World) -> Self {
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

    /// Signs a person in.
    ///
    /// That is done where the portal is, as its host says; the token names that region. Where it is
    /// another than configured, the token counts once the configuration says so, too: see
    /// [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// A folder that cannot be written, before anybody is asked; a person who refuses.
    pub async fn sign_in(&self, how: How, ui: &dyn Ui) -> Result<Token, Error> {
        self.sign_in_through(self.world(), how, ui).await
    }

    /// Writes the region in which somebody signed in into the config file, as the AWS CLI does:
    /// to the `[sso-session]`, and to the profile if it says a region itself.
    ///
    /// # Errors
    /// As [`Configuration::edit`].
    pub async fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        self.correct_region_through(self.configuration.worlds.waiting(), region).await
    }

    /// Ends the sign-in, here and at the portal, and removes the role credentials that profiles
    /// of this session share with the AWS CLI, and what was kept of its listing.
    ///
    /// # Errors
    /// A token file that cannot be removed.
    pub async fn sign_out(&self) -> Result<SignedOut, Error> {
        self.sign_out_through(self.world()).await
    }

    /// All accounts that the person may use.
    ///
    /// # Errors
    /// A page that fails is an error, never a short list.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.accounts_through(self.world()).await
    }

    /// All roles that the person may use in an account.
    ///
    /// # Errors
    /// As [`IdentityCenter::accounts`].
    pub async fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        self.roles_through(self.world(), account).await
    }

    /// The same for callers that block.
    pub fn blocking(&self) -> BlockingIdentityCenter<'_> {
        let own = || self.configuration.worlds.blocking();
        BlockingIdentityCenter { center: self, world: self.world.as_ref().unwrap_or_else(own) }
    }

    /// For what calls nothing.
    pub(crate) fn local(&self) -> &World {
        self.configuration.worlds.local()
    }

    async fn token_through(&self, world: &World, lasting: Duration) -> Result<Token, Error> {
        let sessions = &self.configuration.context.sessions;
        sessions.token_for(world, &self.instance, lasting).await.map_err(|error| self.failed(error))
    }

    async fn sign_in_through(&self, world: &World, how: How, ui: &dyn Ui) -> Result<Token, Error> {
        let sessions = &self.configuration.context.sessions;
        let there = match sessions.sign_in(world, &self.instance, how, ui).await {
            Err(vestibule_sso::Error::OtherRegion { portal, .. }) => self.in_region(portal)?,
            signed_in => return signed_in.map_err(|error| self.failed(error)),
        };
        let signed_in = sessions.sign_in(world, &there.instance, how, ui).await;
        signed_in.map_err(|error| self.failed(error))
    }

    async fn correct_region_through(
        &self,
        world: &World,
        region: &Region,
    ) -> Result<Edited, Error> {
        let change = |document: &Document| self.with_region(document, region);
        self.configuration.edit_through(world, Dialect::Config, change).await
    }

    fn with_region(&self, document: &Document, region: &Region) -> Result<Document, EditError> {
        const KEY: &str = "sso_region";
        let set = |kind, name: &str| Edit::set(kind, name, KEY, region.as_str());
        let Some(session) = &self.instance.session.name else {
            return set(SectionKind::Profile, &self.profile).apply(document);
        };
        let corrected = set(SectionKind::SsoSession, session.as_str()).apply(document)?;
        let profile = document.section(SectionKind::Profile, &self.profile);
        match profile.and_then(|profile| profile.get(KEY)) {
            Some(_) => set(SectionKind::Profile, &self.profile).apply(&corrected),
            None => Ok(corrected),
        }
    }

    async fn sign_out_through(&self, world: &World) -> Result<SignedOut, Error> {
        let sessions = &self.configuration.context.sessions;
        let out = sessions.sign_out(world, &self.instance).await;
        self.configuration.forget_roles(&self.instance.session);
        self.forget_listing();
        out.map_err(|error| self.failed(error))
    }

    async fn accounts_through(&self, world: &World) -> Result<Vec<Account>, Error> {
        let mut token = self.token_through(world, Duration::ZERO).await?;
        let mut pages = Pages::default();
        loop {
            let next_token = pages.next_token();
            let ask = ListAccounts { token: &token.access_token, next_token };
            match self.call(world, &ask).await {
                Ok(page) => {
                    if let Some(accounts) = pages.add(page).map_err(portal)? {
                        return Ok(accounts);
                    }
                }
                Err(error) => token = self.another(world, &token, error).await?,
            }
        }
    }

    async fn roles_through(
        &self,
        world: &World,
        account_id: &AccountId,
    ) -> Result<Vec<RoleName>, Error> {
        let mut token = self.token_through(world, Duration::ZERO).await?;
        let mut pages = Pages::default();
        loop {
            let next_token = pages.next_token();
            let ask = ListAccountRoles { account_id, token: &token.access_token, next_token };
            match self.call(world, &ask).await {
                Ok(page) => {
                    if let Some(roles) = pages.add(page).map_err(portal)? {
                        return Ok(roles);
                    }
                }
                Err(error) => token = self.another(world, &token, error).await?,
            }
        }
    }

    /// Another token, if it is the token that the portal refused.
    async fn another(
        &self,
        world: &World,
        token: &Token,
        error: PortalError,
    ) -> Result<Token, Error> {
        let CallError::Answer(vestibule_portal::Error::Unauthorized(_)) = error else {
            return Err(Error::call(error, |answer| !answer.is_transient()));
        };
        let sessions = &self.configuration.context.sessions;
        let rejected = &token.access_token;
        let other = sessions.token_after(world, &self.instance, rejected).await;
        other.map_err(|error| self.failed(error))
    }

    async fn call<O>(&self, world: &World, operation: &O) -> Result<O::Output, CallError<O::Error>>
    where
        O: Operation + Sync,
    {
        world.call(&self.instance.portal, &Anonymous, operation).await
    }

    fn failed(&self, error: vestibule_sso::Error) -> Error {
        let session = self.instance.session.name.as_ref().map(ToString::to_string);
        let profile = self.profile.clone();
        if let (vestibule_sso::Error::NotHttps { .. }, Some(at)) = (&error, &self.start_url_at) {
            let at = at.clone();
            return Error::sso(error, || None).with_remedy(Remedy::FixConfiguration { at });
        }
        Error::sso(error, || Some(Remedy::SignIn { session, profile }))
    }
}

fn portal(error: vestibule_portal::Error) -> Error {
    Error::call(PortalError::Answer(error), |answer| !answer.is_transient())
}

/// [`IdentityCenter`] for callers that block.
#[derive(Clone, Copy, Debug)]
pub struct BlockingIdentityCenter<'a> {
    center: &'a IdentityCenter<'a>,
    world: &'a World,
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::token`].
    ///
    /// # Errors
    /// As there.
    pub fn token(&self, lasting: Duration) -> Result<Token, Error> {
        block_on(self.center.token_through(self.world, lasting))
    }

    /// See [`IdentityCenter::sign_in`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_in(&self, how: How, ui: &dyn Ui) -> Result<Token, Error> {
        block_on(self.center.sign_in_through(self.world, how, ui))
    }

    /// See [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// As there.
    pub fn correct_region(&self, region: &Region) -> Result<Edited, Error> {
        block_on(self.center.correct_region_through(self.world, region))
    }

    /// See [`IdentityCenter::sign_out`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_out(&self) -> Result<SignedOut, Error> {
        block_on(self.center.sign_out_through(self.world))
    }

    /// See [`IdentityCenter::accounts`].
    ///
    /// # Errors
    /// As there.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        block_on(self.center.accounts_through(self.world))
    }

    /// See [`IdentityCenter::roles`].
    ///
    /// # Errors
    /// As there.
    pub fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        block_on(self.center.roles_through(self.world, account))
    }
}
