//! Whom somebody asks first, in a world where nobody answers.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use vestibule_provider::{Lookup, Provider};
use vestibule_types::Vars;
use vestibule_world::{Files, TransportError, TransportErrorKind, World, block_on, memory};

use crate::secrets_check::Visible;

/// A world that keeps the address of the first request.
pub(super) struct Unanswered {
    pub(super) world: World,
    first: Arc<OnceLock<String>>,
}

impl Unanswered {
    pub(super) fn new(vars: BTreeMap<String, String>, files: impl Files + 'static) -> Self {
        let first = Arc::new(OnceLock::new());
        let kept = Arc::clone(&first);
        let transport = memory::Transport::new(move |request| {
            let uri = request.uri();
            kept.get_or_init(|| uri.to_string());
            let host = uri.authority().map_or("", |host| host.as_str());
            // Not to be tried again.
            Err(TransportError::new(TransportErrorKind::Local, host))
        });
        let (files, transport) = (Arc::new(files), Arc::new(transport));
        let vars = Vars::from_iter(vars);
        Self { world: World { vars, files, transport, ..memory::world() }, first }
    }

    /// The address that the source asks first; if it asks none, why not, in words that `words` has
    /// for an error of its own.
    pub(super) fn of<E: std::error::Error + 'static>(
        &self,
        source: &dyn Provider,
        words: fn(&E) -> &'static str,
        visible: &mut Visible,
    ) -> Result<String, String> {
        let answer = block_on(source.provide(&self.world));
        visible.debug(&answer);
        match (self.first.get(), answer) {
            (Some(first), _) => Ok(first.clone()),
            (None, Ok(Lookup::Credentials(_))) => Err("credentials out of nowhere".to_owned()),
            (None, Ok(Lookup::NotConfigured(reason))) => Err(reason.to_string()),
            (None, Err(error)) => {
                let message = visible.error(&error);
                let inner: &(dyn std::error::Error + 'static) = error.inner();
                let words = inner.downcast_ref().map_or("", words);
                Err(format!("{words}: {message}"))
            }
        }
    }
}
