use vestibule_provider::{ChosenBy, Error as ProviderError, Lookup, Provider, RefreshPolicy};
use vestibule_sts::sigv4::{ClockSkew, KeySigner};
use vestibule_types::{Credentials, printable_short};
use vestibule_wire::{EndpointError, EndpointParams};
use vestibule_world::{BoxFuture, World};

use crate::{CreateSession, Error, ErrorKind, Identity, Options, SERVICE, endpoint};

const NAME: &str = "roles-anywhere";

/// The credentials of a role, for the holder of a certificate.
#[derive(Clone, Debug)]
pub struct RolesAnywhere {
    options: Options,
    params: EndpointParams,
    chosen_by: Option<ChosenBy>,
    skew: ClockSkew,
}

impl RolesAnywhere {
    /// Creates the provider. The region of the parameters is not used: the options have one.
    pub fn new(options: Options, params: EndpointParams) -> Self {
        Self { options, params, chosen_by: None, skew: ClockSkew::default() }
    }

    /// Sets the setting that selected this provider, for errors.
    #[must_use]
    pub fn with_chosen_by(mut self, chosen_by: ChosenBy) -> Self {
        self.chosen_by = Some(chosen_by);
        self
    }

    /// Requests credentials.
    ///
    /// # Errors
    /// The files cannot be used, or the service denied the request; see [`Error`].
    pub async fn credentials(&self, world: &World) -> Result<Credentials, Error> {
        let identity = Identity::read(world, &self.options)?;
        let mut params = self.params.clone();
        let region = self.options.region();
        params.region = Some(region.map_err(|error| Error::with_source(ErrorKind::Region, error))?);
        params.url = self.options.endpoint.clone().or(params.url);
        let no_endpoint = |error| Error::with_source(ErrorKind::Endpoint, error);
        let endpoint = endpoint(&params).map_err(no_endpoint)?;
        let region = endpoint.region().cloned();
        let region = region.ok_or_else(|| no_endpoint(EndpointError::MissingRegion))?;
        let signer = KeySigner::new(identity.clone(), region, SERVICE).with_skew(self.skew.clone());
        let request = CreateSession { options: &self.options, identity: &identity };
        world
            .call(&endpoint, &signer, &request)
            .await
            .map_err(|source| Error::call(printable_short(&self.options.role_arn, 200), source))
    }
}

impl Provider for RolesAnywhere {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async move {
            self.credentials(world).await.map(Lookup::Credentials).map_err(|error| {
                let error = ProviderError::new(NAME, error.provider_kind(), error);
                match &self.chosen_by {
                    Some(chosen_by) => error.with_chosen_by(chosen_by.clone()),
                    None => error,
                }
            })
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }

    fn location(&self, _world: &World) -> String {
        format!("Roles Anywhere, with {}", self.options.certificate.display())
    }
}
