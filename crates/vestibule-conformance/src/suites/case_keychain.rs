//! The keychain of a case (`keychain.json`).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use vestibule_keychain::{
    Configured, Keychain, KeychainTokenStore, MemoryKeychain, TokenStore, home_files,
};
use vestibule_world::World;

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

/// A keychain in memory, and the secrets that it has to have in the end.
pub(super) struct CaseKeychain {
    keychain: Arc<MemoryKeychain>,
    afterwards: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    /// Secrets by name: objects, or texts that are not.
    secrets: BTreeMap<String, Value>,
    #[serde(default)]
    is_locked: bool,
    /// Members of the secrets afterwards.
    #[serde(default)]
    afterwards: BTreeMap<String, Value>,
}

impl CaseKeychain {
    /// Reads the keychain of a case; `None` if it has none.
    pub(super) fn read(case: &Case) -> Checked<Option<Self>> {
        let Some(given) = case.json::<Given>("keychain.json")? else { return Ok(None) };
        let keychain = MemoryKeychain::default();
        for (name, secret) in given.secrets {
            let text = match secret {
                Value::String(text) => text,
                object => object.to_string(),
            };
            keychain.set(&name, text.as_bytes())?;
        }
        keychain.set_locked(given.is_locked);
        Ok(Some(Self { keychain: Arc::new(keychain), afterwards: given.afterwards }))
    }

    /// Returns the files of a world with this keychain.
    pub(super) fn token_store(&self, world: &World) -> Arc<dyn TokenStore> {
        let files = home_files(&world.vars, world.platform);
        Arc::new(KeychainTokenStore::new(files, self.keychain.clone(), Configured::new()))
    }

    /// Checks the secrets after the case.
    pub(super) fn check(self, visible: &mut Visible) -> Checked {
        visible.debug(&self.keychain);
        self.keychain.set_locked(false);
        self.afterwards.iter().try_for_each(|(name, expected)| {
            let missing = || Mismatch::new(format!("the keychain has no {name}"));
            let found = self.keychain.get(name)?.ok_or_else(missing)?;
            let found: Value = serde_json::from_slice(&found)?;
            let members = expected.as_object().into_iter().flatten();
            let found = members.map(|(key, _)| (key.clone(), found[key].clone())).collect();
            compare::json(expected, &found).map_err(|error| error.with_context(name))
        })
    }
}
