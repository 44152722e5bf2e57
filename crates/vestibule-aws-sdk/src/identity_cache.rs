use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::identity::{
    IdentityCachePartition, IdentityFuture, ResolveCachedIdentity, ResolveIdentity,
    SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// An identity cache that does not cache the session's own credentials.
///
/// The session caches and refreshes them. A second cache would keep credentials after a sign-out or
/// [`vestibule::Session::invalidate`]. Providers that a caller sets in place of the session's, for a
/// client or for one call, are other partitions, and are cached as usual.
#[derive(Debug)]
pub(crate) struct ClientCache {
    session: Option<IdentityCachePartition>,
    others: SharedIdentityCache,
}

impl ClientCache {
    pub(crate) fn new(session: &SharedCredentialsProvider) -> Self {
        Self { session: session.cache_partition(), others: IdentityCache::lazy().build() }
    }
}

impl ResolveCachedIdentity for ClientCache {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        bag: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        if self.session != Some(resolver.cache_partition()) {
            return self.others.resolve_cached_identity(resolver, components, bag);
        }
        IdentityFuture::new(async move { resolver.resolve_identity(components, bag).await })
    }
}
