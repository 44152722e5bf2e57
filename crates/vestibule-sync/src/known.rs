//! What has been listed so far, for a run that is stopped and the one after it.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule::world::{World, WriteMode};
use vestibule::{AccessToken, AccountId, RoleName, SsoSession, Timestamp};
use vestibule_cache::{Folder, key};

/// A list older than this is not gone on with.
const OLDEST: Duration = Duration::from_secs(15 * 60);
/// How much of the work a kill may cost.
const BETWEEN_SAVES: Duration = Duration::from_secs(1);

/// The accounts, and the roles of those that have been asked about.
#[derive(Debug)]
pub(crate) struct Known {
    file: Option<PathBuf>,
    saved: Timestamp,
    pub(crate) text: Text,
}

/// The file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Text {
    version: u32,
    /// Of the token with which it was listed: who signs in anew may be somebody else.
    token: String,
    /// In seconds since 1970.
    began: i64,
    pub(crate) accounts: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
}

const VERSION: u32 = 1;

impl Known {
    /// What the run before left, if it is of this sign-in and not too old.
    pub(crate) fn load(world: &World, session: &SsoSession, token: &AccessToken) -> Option<Self> {
        let file = file(world, session)?;
        let bytes = world.files.read(&file).ok()?;
        let text: Text = serde_json::from_slice(&bytes).ok()?;
        let began = Timestamp::from_unix(text.began, 0).ok()?;
        let now = world.clock.now();
        let is_fit = text.version == VERSION
            && text.token == digest(token)
            && began <= now
            && now.saturating_since(began) <= OLDEST
            && text.accounts.iter().all(Row::is_sound);
        is_fit.then_some(Self { file: Some(file), saved: now, text })
    }

    /// The accounts, before any of them was asked about.
    pub(crate) fn new(
        world: &World,
        session: &SsoSession,
        token: &AccessToken,
        accounts: Vec<Row>,
    ) -> Self {
        let saved = world.clock.now();
        let (token, began) = (digest(token), saved.unix_seconds());
        let text = Text { version: VERSION, token, began, accounts };
        Self { file: file(world, session), saved, text }
    }

    /// Saves it, unless that was done a moment ago.
    pub(crate) fn save_now_and_then(&mut self, world: &World) {
        if BETWEEN_SAVES <= world.clock.now().saturating_since(self.saved) {
            self.save(world);
        }
    }

    /// Saves it. Where that cannot be, the next run begins anew.
    pub(crate) fn save(&mut self, world: &World) {
        self.saved = world.clock.now();
        let (Some(file), Ok(bytes)) = (&self.file, serde_json::to_vec(&self.text)) else { return };
        if let Err(error) = world.files.replace(file, &bytes, WriteMode::BestEffort) {
            tracing::debug!(%error, "what was listed could not be kept");
        }
    }
}

impl Row {
    fn is_sound(&self) -> bool {
        let mut roles = self.roles.iter().flatten();
        AccountId::new(&self.id).is_ok() && roles.all(|role| RoleName::new(role).is_ok())
    }
}

/// Removes what a run left.
pub(crate) fn forget(world: &World, session: &SsoSession) {
    if let Some(file) = file(world, session) {
        // Mostly it is not there.
        let _ = world.files.remove(&file);
    }
}

fn file(world: &World, session: &SsoSession) -> Option<PathBuf> {
    let home = world.vars.home(world.platform)?;
    let folder = Folder::vestibule(&home, world.platform);
    Some(folder.file(&key::token(session)).with_extension("sync"))
}

fn digest(token: &AccessToken) -> String {
    let mut hex = String::new();
    for byte in hmac_sha256::Hash::hash(token.expose().as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
