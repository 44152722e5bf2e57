use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use vestibule_world::{BoxFuture, World};

use crate::{Error, Lookup, Provider, RefreshPolicy, SkippedSources};

/// Providers in order of precedence: the first that is configured gives the credentials.
///
/// An error of that provider is final; the ones after it are not reached. The credentials have its
/// name ([`Credentials::provider`](vestibule_types::Credentials::provider)).
#[derive(Clone, Debug, Default)]
pub struct Chain {
    providers: Vec<Arc<dyn Provider>>,
    /// The number of the provider that was used last, from 1; clones share it with the providers.
    used: Arc<AtomicUsize>,
}

impl Chain {
    /// Appends a provider, reached if none before it is configured.
    #[must_use]
    pub fn then(mut self, provider: impl Provider + 'static) -> Self {
        self.providers.push(Arc::new(provider));
        self
    }

    fn used(&self) -> Option<&Arc<dyn Provider>> {
        self.providers.get(self.used.load(Ordering::Relaxed).checked_sub(1)?)
    }
}

impl Provider for Chain {
    /// Returns the name of the provider that was used last.
    fn name(&self) -> &str {
        self.used().map_or("chain", |provider| provider.name())
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            let mut skipped = SkippedSources::default();
            for (index, provider) in self.providers.iter().enumerate() {
                match provider.provide(world).await {
                    Err(error) => {
                        self.used.store(index + 1, Ordering::Relaxed);
                        return Err(error.with_skipped(skipped));
                    }
                    Ok(Lookup::NotConfigured(reason)) => {
                        tracing::debug!(source = provider.name(), %reason, "not configured");
                        skipped.append(reason);
                    }
                    Ok(Lookup::Credentials(mut credentials)) => {
                        self.used.store(index + 1, Ordering::Relaxed);
                        tracing::debug!(source = provider.name(), "used");
                        // A chain inside this one knows the name better.
                        if credentials.provider().is_none() {
                            credentials = credentials.with_provider(provider.name());
                        }
                        return Ok(Lookup::Credentials(credentials));
                    }
                }
            }
            Ok(Lookup::NotConfigured(skipped))
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.used().map_or(RefreshPolicy::Strict, Provider::refresh_policy)
    }

    fn location(&self, world: &World) -> String {
        self.used().map_or_else(|| self.name().to_owned(), |provider| provider.location(world))
    }
}
