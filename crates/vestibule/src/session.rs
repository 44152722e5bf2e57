use std::sync::Arc;

use vestibule_chain::{InstanceMetadata, Source, Sts, default_chain, instance, sources};
use vestibule_profile::{Base, Plan, Settings};
use vestibule_provider::{Cached, Chain, ErrorKind as ProviderErrorKind, Lookup, Provider};
use vestibule_sso::Token;
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{CallerIdentity, GetCallerIdentity};
use vestibule_types::{Credentials, Region, Timestamp};
use vestibule_wire::EndpointError;
use vestibule_world::{CallError, World};

use crate::{Blocking, Builder, Configuration, Error, ErrorKind, Remedy};

/// What a program wants of AWS's configuration: credentials and a region.
///
/// Load it once and share it; credentials are kept and refreshed as they need to be.
#[derive(Debug)]
pub struct Session {
    configuration: Configuration,
    plan: Plan,
    provider: Cached<Chain>,
}

impl Session {
    /// The session of the profile that the environment names, else `default`.
    ///
    /// # Errors
    /// As [`Builder::load`].
    pub async fn load() -> Result<Self, Error> {
        Self::builder().load().await
    }

    /// For saying more than the environment does.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(configuration: Configuration) -> Result<Self, Error> {
        let plan = configuration.plan()?;
        if let Some(session) = plan.session() {
            // The chain would find it too, but does not know whose line it is.
            instance(&plan.settings, session.session())
                .map_err(|error| Error::endpoint(error, &plan.settings))?;
        }
        let chain = default_chain(&plan, &configuration.context)
            .map_err(|error| Error::provide(error, || None))?;
        let provider = configuration.cached(chain);
        Ok(Self { configuration, plan, provider })
    }

    /// The same session with credentials of the caller's making, kept and refreshed as the profile's
    /// would be.
    ///
    /// `compose` is handed the profile's own chain: to put a source before it, to assume a role with
    /// it, or to leave it out.
    #[must_use]
    pub fn with_provider<P: Provider + 'static>(self, compose: impl FnOnce(Chain) -> P) -> Self {
        let chain = Chain::default().then(compose(self.provider.provider().clone()));
        let provider = self.configuration.cached(chain);
        Self { provider, ..self }
    }

    /// Credentials that work now: kept in memory, refreshed early, asked for once however many
    /// tasks want them.
    ///
    /// # Errors
    /// A sign-in is needed ([`ErrorKind::SignInNeeded`], with the remedy), nothing is configured,
    /// or a source failed.
    pub async fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        self.credentials_through(self.world()).await
    }

    /// The bearer token of the profile's sign-in, for services that take one.
    ///
    /// # Errors
    /// A sign-in is needed, or the profile has none.
    pub async fn token(&self) -> Result<Token, Error> {
        self.configuration.identity_center()?.token(std::time::Duration::ZERO).await
    }

    /// Whose credentials these are, as STS sees it.
    ///
    /// # Errors
    /// As [`Session::credentials`]; no region; STS does not answer.
    pub async fn caller_identity(&self) -> Result<CallerIdentity, Error> {
        self.caller_identity_through(self.world()).await
    }

    /// A service refused the credentials with this access key id as expired or unknown: the next
    /// call gets others.
    pub fn invalidate(&self, rejected_access_key_id: &str) {
        self.provider.invalidate(rejected_access_key_id);
        self.configuration.forget_roles_of(&self.plan);
    }

    /// Somebody signed in or out: whatever was kept holds no longer.
    pub fn forget(&self) {
        self.provider.forget();
    }

    /// The time by which credentials are judged.
    pub fn now(&self) -> Timestamp {
        self.configuration.worlds.local().clock.now()
    }

    /// The region to work in, as arguments, environment and profile say.
    pub fn region(&self) -> Option<&Region> {
        self.plan.region()
    }

    /// The same, or else the region of the EC2 instance that this is, as in the SDKs: a question
    /// to the instance, or a second to learn that there is none.
    pub async fn region_or_instance(&self) -> Option<Region> {
        self.region_through(self.configuration.worlds.waiting()).await
    }

    /// Everything that is not credentials, with where each value comes from.
    pub fn settings(&self) -> &Settings {
        &self.plan.settings
    }

    /// The sources of credentials in the order in which they are asked, and what becomes of each.
    /// Nothing is called.
    pub fn sources(&self) -> Vec<Source> {
        sources(&self.plan, &self.configuration.worlds.local().vars)
    }

    /// What was decided, and from which lines.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The files behind it.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The world that [`Session::credentials`] asks through, for other futures on a tokio runtime.
    pub fn world(&self) -> &World {
        self.configuration.worlds.waiting()
    }

    /// The same for callers that block.
    pub fn blocking(&self) -> Blocking<'_> {
        Blocking::new(self, self.configuration.worlds.blocking())
    }

    pub(crate) async fn credentials_through(
        &self,
        world: &World,
    ) -> Result<Arc<Credentials>, Error> {
        match self.provider.get(world).await {
            Ok(Lookup::Credentials(credentials)) => Ok(credentials),
            Ok(Lookup::NotConfigured(_)) if matches!(self.plan.base, Base::SsoToken(_)) => {
                Err(self.token_only())
            }
            Ok(Lookup::NotConfigured(reason)) => Err(Error::nothing(reason)),
            // Found by looking around, and of no use: that is as good as nothing.
            Err(error)
                if error.kind() == ProviderErrorKind::Closed && error.chosen_by().is_none() =>
            {
                Err(Error::closed(&error))
            }
            Err(error) if error.kind() == ProviderErrorKind::CodeNeeded => {
                let profile = self.plan.profile.value.clone();
                Err(Error::provide(error, || Some(Remedy::EnterCode { profile })))
            }
            Err(error) => Err(Error::provide(error, || self.sign_in())),
        }
    }

    pub(crate) async fn region_through(&self, world: &World) -> Option<Region> {
        if let Some(region) = self.region() {
            return Some(region.clone());
        }
        let metadata = self.plan.settings.metadata.clone();
        InstanceMetadata::new(metadata).region(world).await.ok().flatten()
    }

    pub(crate) async fn caller_identity_through(
        &self,
        world: &World,
    ) -> Result<CallerIdentity, Error> {
        let sts = Sts::new(&self.plan.settings);
        // What is configured wrongly is so whoever asks.
        match sts.configured() {
            Err(EndpointError::MissingRegion) | Ok(_) => {}
            Err(error) => return Err(Error::endpoint(error, &self.plan.settings)),
        }
        let mut asked_again = false;
        loop {
            let keys = self.credentials_through(world).await?;
            let id = keys.access_key_id().to_owned();
            let found = sts.endpoint_and_region(world).await;
            let (at, region) =
                found.map_err(|error| Error::endpoint(error, &self.plan.settings))?;
            let skew = self.configuration.context.skew.clone();
            let signer =
                Signer::new((*keys).clone(), region, vestibule_sts::SERVICE).with_skew(skew);
            match world.call(&at, &signer, &GetCallerIdentity).await {
                Ok(identity) => return Ok(identity),
                // Keys that look live and are not: others, once.
                Err(CallError::Answer(error)) if error.is_expired() && !asked_again => {
                    self.invalidate(&id);
                    asked_again = true;
                }
                Err(error) => return Err(Error::call(error, |answer| answer.code().is_some())),
            }
        }
    }

    fn sign_in(&self) -> Option<Remedy> {
        let session = match (&self.plan.base, self.plan.session()) {
            (_, Some(session)) => session.name.as_ref().map(|name| name.value.to_string()),
            (Base::Login(_), None) => None,
            _ => return None,
        };
        Some(Remedy::SignIn { session, profile: self.plan.base_profile.clone() })
    }

    fn token_only(&self) -> Error {
        let text = format!(
            "profile `{}` yields a bearer token, not credentials: \
             it has no sso_account_id and sso_role_name",
            self.plan.base_profile
        );
        let named = self.plan.session().and_then(|session| session.name.as_ref());
        let at = named.map_or(&self.plan.profile.origin, |name| &name.origin).to_string();
        Error::new(ErrorKind::Configuration, text).with_remedy(Remedy::FixConfiguration { at })
    }
}
