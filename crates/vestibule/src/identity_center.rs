use std::sync::Arc;
use std::time::Duration;

use vestibule_profile::{ConfiguredSession, Origin, Plan, Sourced, SsoRole};
use vestibule_sso::{Instance, Sessions, Status, Token};
use vestibule_types::{AccountId, Region, RoleName, SsoSession, Timestamp};
use vestibule_world::{World, block_on};

use crate::{Configuration, Error, Remedy, Session};

/// One IAM Identity Center: its tokens, and the sessions of its accounts and roles.
///
/// With the feature `sign-in` it signs users in and out and lists accounts and roles; with `edit` it
/// corrects its region in the configuration. A clone refers to the same Identity Center, and may be
/// moved to other tasks and threads.
///
/// ```no_run
/// # async fn example() -> Result<(), vestibule::Error> {
/// let configuration = vestibule::Session::builder().configuration()?;
/// let center = configuration.identity_center()?;
/// for account in center.accounts().await? {
///     for role in center.roles(&account.account_id).await? {
///         let session = center.session_for(&account.account_id, &role)?;
///         println!("{}", session.caller_identity().await?.arn);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IdentityCenter(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    configuration: Configuration,
    instance: Instance,
    profile: String,
    /// The settings `sso_start_url` and `sso_region`, if they are configured.
    origins: Option<(Origin, Origin)>,
    /// The world in place of the configuration's.
    world: Option<World>,
}

impl IdentityCenter {
    pub(crate) fn new(
        configuration: Configuration,
        instance: Instance,
        session: Option<&ConfiguredSession>,
    ) -> Self {
        let profile = configuration.profile().value;
        let origins = session
            .map(|session| (session.start_url.origin.clone(), session.region.origin.clone()));
        Self(Arc::new(Inner { configuration, instance, profile, origins, world: None }))
    }

    /// Returns the session of a role: credentials that are cached and refreshed like those of a
    /// profile. The region and the other settings are those of the selected profile.
    ///
    /// # Errors
    /// A setting that is not valid.
    #[inline]
    pub fn session_for(&self, account: &AccountId, role: &RoleName) -> Result<Session, Error> {
        let settings = self.0.configuration.settings_or_default()?;
        let by = "IdentityCenter::session_for";
        let role = SsoRole::from_arguments(self.session(), account.clone(), role.clone(), by);
        let profile = Sourced::argument(self.0.profile.clone(), by);
        let plan = Plan::for_sso_role(profile, role, settings);
        Session::of_plan(self.0.configuration.clone(), plan)
    }

    /// Returns the SSO session, as configured.
    pub fn session(&self) -> &SsoSession {
        &self.instance().session
    }

    /// Returns the configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    /// Returns the addresses of the OIDC service and the access portal.
    #[inline]
    pub fn endpoints(&self) -> [&str; 2] {
        [self.instance().oidc.url(), self.instance().portal.url()]
    }

    /// Returns the names of the entries of its token and its client registration in a token store.
    #[inline]
    pub fn token_store_entries(&self) -> [String; 2] {
        let registration = vestibule_cache::key::registration(self.session());
        [self.instance().entry(), registration]
    }

    /// Returns the current time, by the clock that decides whether its tokens are expired.
    pub fn now(&self) -> Timestamp {
        self.0.configuration.worlds().local().clock.now()
    }

    /// Returns the world for futures on a tokio runtime.
    pub fn async_world(&self) -> &World {
        self.0.world.as_ref().unwrap_or_else(|| self.0.configuration.async_world())
    }

    /// Replaces the world, with one that counts or delays requests, for instance.
    #[must_use]
    #[inline]
    pub fn with_world(mut self, world: World) -> Self {
        Arc::make_mut(&mut self.0).world = Some(world);
        self
    }

    /// Returns what is known of the session without a request.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vestibule::world::{World, memory};
    /// use std::time::Duration;
    /// use vestibule::{SessionState, SignInReason};
    ///
    /// # let config = "[default]\nsso_session = s\n[sso-session s]\nsso_region = us-east-1\n\
    /// #     sso_start_url = https://provided-domain.awsapps.com/start\n";
    /// # let files = memory::Files::default().with("/home/.aws/config", config);
    /// # let world = World { files: Arc::new(files), ..memory::world() };
    /// # let configuration = vestibule::Session::builder().world(world).configuration()?;
    /// let center = configuration.identity_center()?;
    /// let status = center.blocking().status();
    /// let an_hour = Duration::from_secs(3600);
    /// assert_eq!(status.sign_in_reason(center.now(), an_hour), Some(SignInReason::NoSession));
    /// assert!(matches!(status.state, Ok(SessionState::NeverSignedIn)));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    pub async fn status(&self) -> Status {
        self.status_in(self.async_world()).await
    }

    /// Returns a valid access token, refreshed if its remaining lifetime is less than
    /// `min_remaining` and a refresh is possible.
    ///
    /// # Errors
    /// The user has to sign in, or the service cannot be reached.
    pub async fn token(&self, min_remaining: Duration) -> Result<Token, Error> {
        self.token_in(self.async_world(), min_remaining).await
    }

    /// Returns the same Identity Center in another region than configured.
    ///
    /// # Errors
    /// An invalid endpoint.
    #[inline]
    pub fn in_region(&self, region: Region) -> Result<Self, Error> {
        let mut session = self.session().clone();
        session.region = region;
        let mut center = self.0.configuration.identity_center_for(session)?;
        Arc::make_mut(&mut center.0).origins.clone_from(&self.0.origins);
        Ok(center)
    }

    /// Returns the blocking form.
    #[inline]
    pub fn blocking(&self) -> BlockingIdentityCenter<'_> {
        let own = || self.0.configuration.blocking_world();
        BlockingIdentityCenter { center: self, world: self.0.world.as_ref().unwrap_or_else(own) }
    }

    /// Replaces the entry of the token in the store.
    #[cfg(feature = "sign-in")]
    pub(crate) fn with_entry(mut self, entry: String) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.instance = inner.instance.clone().with_entry(entry);
        self
    }

    pub(crate) async fn token_in(
        &self,
        world: &World,
        min_remaining: Duration,
    ) -> Result<Token, Error> {
        let token = self.sessions().token_for(world, self.instance(), min_remaining).await;
        token.map_err(|error| self.token_error(error))
    }

    pub(crate) async fn status_in(&self, world: &World) -> Status {
        self.sessions().status(world, self.instance()).await
    }

    #[inline]
    pub(crate) fn token_error(&self, error: vestibule_sso::Error) -> Error {
        Error::session(error, || self.remedy())
    }

    pub(crate) fn remedy(&self) -> Remedy {
        let session = self.session().name.as_ref().map(ToString::to_string);
        Remedy::SignIn { session, profile: self.0.profile.clone() }
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.configuration.context().sessions
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.0.instance
    }

    #[cfg(feature = "edit")]
    pub(crate) fn profile(&self) -> &str {
        &self.0.profile
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn start_url_origin(&self) -> Option<&Origin> {
        self.0.origins.as_ref().map(|(start_url, _)| start_url)
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn region_origin(&self) -> Option<&Origin> {
        self.0.origins.as_ref().map(|(_, region)| region)
    }
}

/// [`IdentityCenter`] for callers that block.
#[derive(Clone, Copy, Debug)]
pub struct BlockingIdentityCenter<'a> {
    pub(crate) center: &'a IdentityCenter,
    pub(crate) world: &'a World,
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::status`].
    #[inline]
    pub fn status(&self) -> Status {
        block_on(self.center.status_in(self.world))
    }

    /// See [`IdentityCenter::token`].
    ///
    /// # Errors
    /// As [`IdentityCenter::token`].
    #[inline]
    pub fn token(&self, min_remaining: Duration) -> Result<Token, Error> {
        block_on(self.center.token_in(self.world, min_remaining))
    }
}
