//! The accounts and roles listed so far, on disk, so that an interrupted run can be resumed.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule::world::{World, WriteMode};
use vestibule::{AccessToken, AccountId, RoleName, SsoSession, Timestamp};
use vestibule_cache::{Folder, key};
use vestibule_types::hex;

/// Age from which a checkpoint is ignored.
const MAX_AGE: Duration = Duration::from_secs(15 * 60);
/// The time between two saves, which is the work that an interrupted run may lose.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);

/// The accounts, with the roles of those that were listed already.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: Option<PathBuf>,
    saved_at: Timestamp,
    content: Content,
}

/// The content of the file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    version: u32,
    /// Digest of the access token with which the roles were listed: the next token may be another user's.
    token: String,
    /// The time of the listing, in seconds since 1970.
    began: i64,
    accounts: Vec<Row>,
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

impl Checkpoint {
    /// Reads the checkpoint of an earlier run, if it was made with this token and is recent.
    pub(crate) fn load(world: &World, session: &SsoSession, token: &AccessToken) -> Option<Self> {
        let path = path(world, session)?;
        let bytes = world.files.read(&path).ok()?;
        let content: Content = serde_json::from_slice(&bytes).ok()?;
        let began = Timestamp::from_unix(content.began, 0).ok()?;
        let now = world.clock.now();
        let is_usable = content.version == VERSION
            && content.token == digest(token)
            && began <= now
            && now.saturating_since(began) <= MAX_AGE
            && content.accounts.iter().all(Row::is_valid);
        is_usable.then_some(Self { path: Some(path), saved_at: now, content })
    }

    /// Creates and saves a checkpoint of accounts whose roles are not listed yet.
    pub(crate) fn create(
        world: &World,
        session: &SsoSession,
        token: &AccessToken,
        accounts: Vec<Row>,
    ) -> Self {
        let now = world.clock.now();
        let (token, began) = (digest(token), now.unix_seconds());
        let content = Content { version: VERSION, token, began, accounts };
        let mut checkpoint = Self { path: path(world, session), saved_at: now, content };
        checkpoint.save(world);
        checkpoint
    }

    pub(crate) fn accounts(&self) -> &[Row] {
        &self.content.accounts
    }

    /// Sets the roles of an account, and saves unless that was done within the last second.
    pub(crate) fn set_roles(&mut self, world: &World, index: usize, roles: &[RoleName]) {
        let names = roles.iter().map(ToString::to_string).collect();
        self.content.accounts[index].roles = Some(names);
        if SAVE_INTERVAL <= world.clock.now().saturating_since(self.saved_at) {
            self.save(world);
        }
    }

    /// Saves the checkpoint. Best effort: after a failed write the next run lists anew.
    pub(crate) fn save(&mut self, world: &World) {
        self.saved_at = world.clock.now();
        let (Some(path), Ok(bytes)) = (&self.path, serde_json::to_vec(&self.content)) else {
            return;
        };
        if let Err(error) = world.files.replace(path, &bytes, WriteMode::BestEffort) {
            tracing::debug!(%error, "could not save the checkpoint");
        }
    }
}

impl Row {
    fn is_valid(&self) -> bool {
        let mut roles = self.roles.iter().flatten();
        AccountId::new(&self.id).is_ok() && roles.all(|role| RoleName::new(role).is_ok())
    }
}

/// Removes the checkpoint of a session.
pub(crate) fn discard(world: &World, session: &SsoSession) {
    if let Some(path) = path(world, session) {
        // The file is usually missing.
        let _ = world.files.remove(&path);
    }
}

fn path(world: &World, session: &SsoSession) -> Option<PathBuf> {
    file(world, session, "sync")
}

/// Returns the file in which processes share the rate limit of a session.
pub(crate) fn rate_file(world: &World, session: &SsoSession) -> Option<PathBuf> {
    file(world, session, "rate")
}

fn file(world: &World, session: &SsoSession, extension: &str) -> Option<PathBuf> {
    let home = world.vars.home(world.platform)?;
    let folder = Folder::vestibule(&home, world.platform);
    Some(folder.file(&key::token(session)).with_extension(extension))
}

fn digest(token: &AccessToken) -> String {
    hex(&hmac_sha256::Hash::hash(token.expose().as_bytes()))
}
