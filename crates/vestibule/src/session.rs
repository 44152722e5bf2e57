use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::{InstanceMetadata, Sts, build, default_chain, instance};
#[cfg(feature = "explain")]
use vestibule_chain::{Source, sources};
use vestibule_profile::{Base, Origin, Plan, Settings};
use vestibule_provider::{
    Cached, Chain, ChosenBy, Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup,
    Provider, RefreshPolicy,
};
use vestibule_sso::Token;
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{CallerIdentity, GetCallerIdentity};
use vestibule_types::{Credentials, Region, Timestamp};
use vestibule_wire::EndpointError;
use vestibule_world::{BoxFuture, CallError, World, block_on};

use crate::{Builder, Configuration, Error, ErrorKind, IdentityCenter, Remedy};

/// The credentials, the region and the settings of one profile, or of one role.
///
/// Load it once. A clone refers to the same session, and may be moved to other tasks and threads:
/// all share the cached credentials and their refresh. [`Builder::refresh_policy`] has the rules of
/// the refresh.
///
/// The async methods require a tokio runtime with IO and time enabled; without a runtime, use
/// [`Session::blocking`].
///
/// ```no_run
/// # async fn example() -> Result<(), vestibule::Error> {
/// let session = vestibule::Session::load().await?;
/// let task = session.clone();
/// tokio::spawn(async move { task.credentials().await });
/// println!("{} in {:?}", session.credentials().await?.access_key_id(), session.region());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Session(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    configuration: Configuration,
    plan: Plan,
    provider: Cached<Chain>,
}

impl Session {
    /// Loads the session of the profile that the environment selects, else `default`.
    ///
    /// # Errors
    /// As [`Builder::load`].
    #[cfg(feature = "http")]
    pub fn load() -> BoxFuture<'static, Result<Self, Error>> {
        Self::builder().load()
    }

    /// Returns a builder, for settings that take precedence over the environment.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Creates the session of the selected profile.
    pub(crate) fn new(configuration: Configuration) -> Result<Self, Error> {
        let plan = configuration.plan()?;
        if let Some(session) = plan.session() {
            // The chain reports this error too, but without the line of the URL.
            instance(&plan.settings, session.session())
                .map_err(|error| Error::endpoint(error, &plan.settings))?;
        }
        let chain = default_chain(&plan, configuration.context()).map_err(build_error)?;
        Ok(Self::with_chain(configuration, plan, chain))
    }

    /// Creates a session of one plan, without the other sources of the default chain.
    #[inline]
    pub(crate) fn of_plan(configuration: Configuration, plan: Plan) -> Result<Self, Error> {
        let provider = build(&plan, configuration.context()).map_err(build_error)?;
        Ok(Self::with_chain(configuration, plan, Chain::default().then(provider)))
    }

    fn with_chain(configuration: Configuration, plan: Plan, chain: Chain) -> Self {
        let provider = configuration.cached(chain);
        Self(Arc::new(Inner { configuration, plan, provider }))
    }

    /// Returns a session with other credentials, cached and refreshed like those of the profile.
    ///
    /// `compose` gets the profile's own chain: to put a source before it, to assume a role with it,
    /// or to replace it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vestibule::world::{World, memory};
    /// # let world = memory::world();
    /// use vestibule::{Chain, Credentials, SecretAccessKey, Session};
    ///
    /// # let builder = Session::builder().world(world);
    /// let session = builder.load_blocking()?;
    /// let keys = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("not-a-secret"));
    /// let session = session.with_provider(|profile| Chain::default().then(keys).then(profile));
    /// let credentials = session.blocking().credentials()?;
    /// assert_eq!(credentials.access_key_id(), "AKIDEXAMPLE");
    /// assert_eq!(credentials.provider(), Some("static"));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    #[must_use]
    pub fn with_provider<P: Provider + 'static>(&self, compose: impl FnOnce(Chain) -> P) -> Self {
        let provider = Composed(compose(self.0.provider.provider().clone()));
        let chain = Chain::default().then(provider);
        Self::with_chain(self.0.configuration.clone(), self.0.plan.clone(), chain)
    }

    /// Returns credentials that are valid now, from the cache or refreshed.
    ///
    /// Concurrent callers share one refresh.
    ///
    /// # Errors
    /// The user has to sign in ([`ErrorKind::SignInNeeded`]), no source is configured, or a source
    /// failed. [`Error::remedy`] says what resolves it.
    pub async fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        self.credentials_in(self.async_world()).await
    }

    /// Returns the access token of the profile's SSO session, for services with bearer tokens.
    ///
    /// # Errors
    /// The user has to sign in, or the profile does not use SSO.
    pub async fn token(&self) -> Result<Token, Error> {
        self.identity_center()?.token(Duration::ZERO).await
    }

    /// Returns the identity of the credentials, as STS reports it.
    ///
    /// # Errors
    /// As [`Session::credentials`]; no region; no response from STS.
    pub async fn caller_identity(&self) -> Result<CallerIdentity, Error> {
        self.caller_identity_in(self.async_world()).await
    }

    /// Marks the credentials with this access key id as rejected by a service (`ExpiredToken`): the
    /// next call refreshes them. Shared role credentials are removed.
    ///
    /// ```no_run
    /// # async fn example(session: vestibule::Session) -> Result<(), vestibule::Error> {
    /// # async fn send(_: &vestibule::Credentials) -> u16 { 200 }
    /// let credentials = session.credentials().await?;
    /// if send(&credentials).await == 403 {
    ///     session.invalidate(credentials.access_key_id());
    ///     send(&*session.credentials().await?).await;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn invalidate(&self, rejected_access_key_id: &str) {
        self.0.provider.invalidate(rejected_access_key_id);
        #[cfg(feature = "cli-cache")]
        self.0.configuration.forget_roles_of(&self.0.plan);
    }

    /// Empties the cache of this session and of its clones, and the remembered errors. Call it
    /// after the user has signed out, which does not empty the cache. After a sign-in it is not necessary.
    pub fn forget(&self) {
        self.0.provider.forget();
    }

    /// Returns the current time, by the clock that decides whether credentials are expired.
    pub fn now(&self) -> Timestamp {
        self.0.configuration.worlds().local().clock.now()
    }

    /// Returns the region of the arguments, the environment or the profile.
    pub fn region(&self) -> Option<&Region> {
        self.0.plan.region()
    }

    /// Returns the configured region, else that of the EC2 instance, as in the SDKs.
    ///
    /// Without a configured region it requests one from instance metadata. That takes a second if this
    /// machine is not an instance.
    pub async fn region_or_instance(&self) -> Option<Region> {
        self.region_in(self.async_world()).await
    }

    /// Returns the settings besides the credentials, each with its origin.
    pub fn settings(&self) -> &Settings {
        &self.0.plan.settings
    }

    /// Returns the sources of the default chain in order of precedence, each with its state. Sends
    /// no request.
    ///
    /// They are those of the profile: providers of [`Session::with_provider`] are not among them,
    /// and may take precedence over all of them. [`Credentials::provider`] names the provider of
    /// credentials that were obtained.
    #[cfg(feature = "explain")]
    pub fn sources(&self) -> Vec<Source> {
        sources(&self.0.plan, self.0.configuration.vars())
    }

    /// Returns how the credentials are obtained, with the line of each setting.
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// Returns the configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    /// Returns the Identity Center of the session.
    ///
    /// # Errors
    /// The profile does not use SSO.
    #[inline]
    pub fn identity_center(&self) -> Result<IdentityCenter, Error> {
        match self.0.plan.session() {
            Some(session) => self.0.configuration.configured_center(session, self.settings()),
            None => self.0.configuration.identity_center(),
        }
    }

    /// Returns the world for futures on a tokio runtime.
    pub fn async_world(&self) -> &World {
        self.0.configuration.async_world()
    }

    /// Returns the blocking form, for callers without a runtime.
    #[inline]
    pub fn blocking(&self) -> Blocking<'_> {
        Blocking { session: self, world: self.0.configuration.blocking_world() }
    }

    pub(crate) async fn credentials_in(&self, world: &World) -> Result<Arc<Credentials>, Error> {
        match self.0.provider.fresh(world.clock.now()) {
            Some(credentials) => Ok(credentials),
            None => self.get_or_refresh(world).await,
        }
    }

    /// Returns a future behind a pointer, so that it is not compiled again for each caller.
    fn get_or_refresh<'a>(
        &'a self,
        world: &'a World,
    ) -> BoxFuture<'a, Result<Arc<Credentials>, Error>> {
        Box::pin(async move {
            match self.0.provider.get(world).await {
                Ok(Lookup::Credentials(credentials)) => Ok(credentials),
                Ok(Lookup::NotConfigured(_)) if matches!(self.0.plan.base, Base::SsoToken(_)) => {
                    Err(self.no_role_error())
                }
                Ok(Lookup::NotConfigured(skipped)) => Err(Error::not_configured(skipped)),
                Err(error) => Err(self.provider_error(error)),
            }
        })
    }

    fn provider_error(&self, error: ProviderError) -> Error {
        let remedy = match error.kind() {
            // Instance metadata that no setting selects, and that denies access to this caller, counts as
            // not configured.
            ProviderErrorKind::Closed if error.chosen_by().is_none() => {
                return Error::closed(&error);
            }
            ProviderErrorKind::CodeNeeded => {
                Some(Remedy::EnterCode { profile: self.0.plan.profile.value.clone() })
            }
            ProviderErrorKind::Refused => self.list_roles_remedy(&error),
            // Neither a sign-in nor another role changes the network.
            ProviderErrorKind::Unreachable => None,
            _ => self.sign_in_remedy(),
        };
        Error::from_provider(error, remedy)
    }

    async fn region_in(&self, world: &World) -> Option<Region> {
        if let Some(region) = self.region() {
            return Some(region.clone());
        }
        let metadata = self.settings().metadata.clone();
        InstanceMetadata::new(metadata).region(world).await.ok().flatten()
    }

    async fn caller_identity_in(&self, world: &World) -> Result<CallerIdentity, Error> {
        let endpoint_error = |error| Error::endpoint(error, self.settings());
        let sts = Sts::new(self.settings());
        // An invalid setting is reported before the credentials are requested.
        match sts.configured() {
            Err(EndpointError::MissingRegion) | Ok(_) => {}
            Err(error) => return Err(endpoint_error(error)),
        }
        let mut is_retry = false;
        loop {
            let keys = self.credentials_in(world).await?;
            let id = keys.access_key_id().to_owned();
            let (endpoint, region) =
                sts.endpoint_and_region(world).await.map_err(endpoint_error)?;
            let signer = Signer::new((*keys).clone(), region, vestibule_sts::SERVICE)
                .with_skew(self.0.configuration.context().skew.clone());
            match world.call(&endpoint, &signer, &GetCallerIdentity).await {
                Ok(identity) => return Ok(identity),
                // Rejected before their expiration: try new credentials, once.
                Err(CallError::Response(error))
                    if !is_retry && keys.session_token().is_some() && rejects_keys(&error) =>
                {
                    self.invalidate(&id);
                    is_retry = true;
                }
                Err(error) => return Err(Error::call(error, has_code)),
            }
        }
    }

    fn sign_in_remedy(&self) -> Option<Remedy> {
        let session = match (&self.0.plan.base, self.0.plan.session()) {
            (_, Some(session)) => session.name.as_ref().map(|name| name.value.to_string()),
            (Base::Login(_), None) => None,
            _ => return None,
        };
        Some(Remedy::SignIn { session, profile: self.0.plan.base_profile.clone() })
    }

    /// Returns the remedy for a role that the portal does not give to the user.
    fn list_roles_remedy(&self, error: &ProviderError) -> Option<Remedy> {
        let CallError::Response(denied) =
            error.inner().downcast_ref::<CallError<vestibule_portal::Error>>()?
        else {
            return None;
        };
        let account_id = denied.denied_role()?.to_string();
        match self.sign_in_remedy()? {
            Remedy::SignIn { session, profile } => {
                Some(Remedy::ListRoles { account_id, session, profile })
            }
            _ => None,
        }
    }

    fn no_role_error(&self) -> Error {
        let plan = &self.0.plan;
        let text = format!(
            "profile `{}` gives a bearer token, not credentials: \
             it has no sso_account_id and sso_role_name",
            plan.base_profile
        );
        let name = plan.session().and_then(|session| session.name.as_ref());
        let origin = name.map_or(&plan.profile.origin, |name| &name.origin).clone();
        Error::new(ErrorKind::Configuration, text).with_remedy(Remedy::FixConfiguration { origin })
    }
}

/// Returns whether STS rejected the keys of a request: they expired, or do not exist.
fn rejects_keys(error: &vestibule_sts::Error) -> bool {
    error.kind() == vestibule_sts::ErrorKind::ExpiredToken
        || error.service_error().is_some_and(|error| error.has_code("InvalidClientTokenId"))
}

/// Returns whether an error response is from STS, and not from a proxy.
fn has_code(error: &vestibule_sts::Error) -> bool {
    error.service_error().is_some_and(|error| error.code.is_some())
}

/// A provider from [`Session::with_provider`]. Its errors name that method as their origin.
#[derive(Debug)]
struct Composed<P>(P);

impl<P: Provider> Provider for Composed<P> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async move {
            let origin = Origin::Argument("Session::with_provider");
            let found = self.0.provide(world).await;
            found.map_err(|error| error.with_chosen_by(ChosenBy::from(origin)))
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.0.refresh_policy()
    }

    fn location(&self, world: &World) -> String {
        self.0.location(world)
    }
}

/// Returns the error of a chain that cannot be built.
fn build_error(error: ProviderError) -> Error {
    Error::from_provider(error, None)
}

/// [`Session`] for callers that block.
///
/// It starts a runtime of its own, on the caller's thread, with the first request.
#[derive(Clone, Copy, Debug)]
pub struct Blocking<'a> {
    session: &'a Session,
    world: &'a World,
}

impl<'a> Blocking<'a> {
    pub(crate) fn session(&self) -> &'a Session {
        self.session
    }

    /// Returns the world for callers that block.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// See [`Session::credentials`].
    ///
    /// # Errors
    /// As [`Session::credentials`].
    #[inline]
    pub fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        block_on(self.session.credentials_in(self.world))
    }

    /// See [`Session::region_or_instance`].
    #[inline]
    pub fn region_or_instance(&self) -> Option<Region> {
        block_on(self.session.region_in(self.world))
    }

    /// See [`Session::token`].
    ///
    /// # Errors
    /// As [`Session::token`].
    #[inline]
    pub fn token(&self) -> Result<Token, Error> {
        self.session.identity_center()?.blocking().token(Duration::ZERO)
    }

    /// See [`Session::caller_identity`].
    ///
    /// # Errors
    /// As [`Session::caller_identity`].
    #[inline]
    pub fn caller_identity(&self) -> Result<CallerIdentity, Error> {
        block_on(self.session.caller_identity_in(self.world))
    }
}
