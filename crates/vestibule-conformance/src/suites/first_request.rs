//! Captures the first request of a provider in a world without network.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use vestibule_provider::{Lookup, Provider};
use vestibule_types::Vars;
use vestibule_world::{Files, TransportError, TransportErrorKind, World, block_on, memory};

use crate::secrets_check::Visible;

/// A world whose transport records the first request and fails.
pub(super) struct FirstRequest {
    pub(super) world: World,
    address: Arc<OnceLock<String>>,
}

impl FirstRequest {
    pub(super) fn new(vars: BTreeMap<String, String>, files: impl Files + 'static) -> Self {
        let address = Arc::new(OnceLock::new());
        let recorded = Arc::clone(&address);
        let transport = memory::Transport::new(move |request| {
            let uri = request.uri();
            recorded.get_or_init(|| uri.to_string());
            let host = uri.authority().map_or("", |host| host.as_str());
            // `Local` errors are not retried.
            Err(TransportError::new(TransportErrorKind::Local, host))
        });
        let (files, transport) = (Arc::new(files), Arc::new(transport));
        let vars = Vars::from_iter(vars);
        Self { world: World { vars, files, transport, ..memory::world() }, address }
    }

    /// Returns the URI of the provider's first request. If it sends none, returns its error, with the
    /// suite's message for errors of type `E`.
    pub(super) fn address<E: std::error::Error + 'static>(
        &self,
        provider: &dyn Provider,
        upstream_message: fn(&E) -> &'static str,
        visible: &mut Visible,
    ) -> Result<String, String> {
        let result = block_on(provider.provide(&self.world));
        visible.debug(&result);
        match (self.address.get(), result) {
            (Some(address), _) => Ok(address.clone()),
            (None, Ok(Lookup::Credentials(_))) => Err("credentials without a request".to_owned()),
            (None, Ok(Lookup::NotConfigured(reason))) => Err(reason.to_string()),
            (None, Err(error)) => {
                let message = visible.error(&error);
                let inner: &(dyn std::error::Error + 'static) = error.inner();
                let upstream = inner.downcast_ref().map_or("", upstream_message);
                Err(format!("{upstream}: {message}"))
            }
        }
    }
}
