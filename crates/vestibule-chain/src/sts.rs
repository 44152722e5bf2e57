use vestibule_profile::{MetadataSettings, Settings};
use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointError, EndpointParams};
use vestibule_world::World;

use crate::{InstanceMetadata, endpoint_params};

/// Which STS to ask: that of the region of the work.
///
/// Where no setting names a region, it is the instance's, as in the SDKs. That costs a question,
/// or a second to learn that there is no instance; so it is asked only once STS is needed.
#[derive(Clone, Debug)]
pub struct Sts {
    params: EndpointParams,
    metadata: Option<MetadataSettings>,
}

impl Sts {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        let region = settings.region.as_ref().map(|region| &region.value);
        let metadata = Some(settings.metadata.clone());
        Self { params: endpoint_params(settings, "sts", region), metadata }
    }

    /// As said in code; no instance is asked for a region.
    pub fn of(params: EndpointParams) -> Self {
        Self { params, metadata: None }
    }

    /// Where it answers, without asking anybody.
    ///
    /// # Errors
    /// A configured URL that is none, a combination that AWS's rules exclude, or no region.
    pub fn configured(&self) -> Result<Endpoint, EndpointError> {
        vestibule_sts::endpoint(&self.params, false)
    }

    /// Where it answers.
    ///
    /// # Errors
    /// As [`Sts::configured`].
    pub async fn endpoint(&self, world: &World) -> Result<Endpoint, EndpointError> {
        match self.configured() {
            Err(EndpointError::MissingRegion) => self.at_the_instance(world).await,
            configured => configured,
        }
    }

    /// Where it answers, and the region to sign for, which a URL alone does not tell.
    ///
    /// # Errors
    /// As [`Sts::configured`].
    pub async fn signed(&self, world: &World) -> Result<(Endpoint, Region), EndpointError> {
        let mut at = self.endpoint(world).await?;
        if at.region().is_none() {
            at = self.at_the_instance(world).await?;
        }
        match at.region().cloned() {
            Some(region) => Ok((at, region)),
            None => Err(EndpointError::MissingRegion),
        }
    }

    async fn at_the_instance(&self, world: &World) -> Result<Endpoint, EndpointError> {
        let Some(metadata) = &self.metadata else { return Err(EndpointError::MissingRegion) };
        match InstanceMetadata::new(metadata.clone()).region(world).await {
            Ok(Some(region)) => {
                let mut params = self.params.clone();
                params.region = Some(region);
                vestibule_sts::endpoint(&params, false)
            }
            Ok(None) => Err(EndpointError::MissingRegion),
            Err(error) => {
                tracing::debug!(%error, "the instance names no region");
                Err(EndpointError::MissingRegion)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use vestibule_profile::{Files, Overrides, settings};
    use vestibule_world::{block_on, memory};

    use super::*;

    /// Where STS is and for which region calls are signed, with an instance in Stockholm.
    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str, asked: usize) {
        let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |request| {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let token = request.uri().path().ends_with("token");
            let body = if token { "token" } else { "eu-north-1" };
            Ok(http::Response::new(Bytes::from_static(body.as_bytes())))
        });
        let base = memory::world();
        let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
        let world = World { vars, transport: Arc::new(transport), ..base };
        let files = Files::from_texts("", "");
        let settings = settings(&files, &world.vars, &Overrides::default()).unwrap();
        let found = match block_on(Sts::new(&settings).signed(&world)) {
            Ok((at, region)) => format!("{} {region}", at.url()),
            Err(error) => error.to_string(),
        };
        let asked_for = count.load(std::sync::atomic::Ordering::SeqCst);
        assert_eq!((&*found, asked_for), (expected, asked));
    }

    #[test]
    fn the_instance_is_asked_for_its_region_where_no_setting_names_one() {
        check(&[("AWS_REGION", "eu-west-1")], "https://sts.eu-west-1.amazonaws.com eu-west-1", 0);
        check(&[], "https://sts.eu-north-1.amazonaws.com eu-north-1", 2);
        check(&[("AWS_ENDPOINT_URL", "http://sts.test")], "http://sts.test eu-north-1", 2);
        let disabled = ("AWS_EC2_METADATA_DISABLED", "true");
        check(&[disabled], "Invalid Configuration: Missing Region", 0);
        let wrong = ("AWS_ENDPOINT_URL", "sts.test");
        check(&[wrong], "endpoint URL `sts.test` is not an absolute http or https URL", 0);
    }
}
