use std::sync::Arc;

use vestibule_world::{BoxFuture, World};

use crate::{Error, Lookup, Provider, SkippedSources};

/// Providers in order of precedence: the first that is configured gives the credentials.
///
/// An error of that provider is final; the ones after it are not reached.
#[derive(Clone, Debug, Default)]
pub struct Chain(Vec<Arc<dyn Provider>>);

impl Chain {
    /// Appends a provider, reached if none before it is configured.
    #[must_use]
    pub fn then(mut self, provider: impl Provider + 'static) -> Self {
        self.0.push(Arc::new(provider));
        self
    }
}

impl Provider for Chain {
    fn name(&self) -> &'static str {
        "chain"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            let mut skipped = SkippedSources::default();
            for provider in &self.0 {
                match provider.provide(world).await {
                    Err(error) => return Err(error.with_skipped(skipped)),
                    Ok(Lookup::NotConfigured(reason)) => {
                        tracing::debug!(source = provider.name(), %reason, "not configured");
                        skipped.append(reason);
                    }
                    Ok(found @ Lookup::Credentials(_)) => {
                        tracing::debug!(source = provider.name(), "used");
                        return Ok(found);
                    }
                }
            }
            Ok(Lookup::NotConfigured(skipped))
        })
    }
}
