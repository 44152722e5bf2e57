use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::{Folder, Token};
use vestibule_types::{AccessToken, Platform, SsoSession, Vars};
use vestibule_world::{BoxFuture, World};

use crate::refresh::{self, Requirement};
use crate::shared::{SharedStore, TokenHandle};
use crate::store::{FileTokenStore, MemoryTokenStore, TokenStore};
use crate::{Error, Fingerprint, Instance, Status, StoreError, status};
#[cfg(feature = "refresh-helper")]
use crate::{RefreshHelper, RefreshJob, RefreshReport};

/// The SSO sessions whose tokens are in one store. Cheap to clone; clones share their state.
///
/// Keep one and share it: it has the tokens that could not be stored, and the times of refreshes.
#[derive(Clone, Debug)]
pub struct Sessions {
    pub(crate) store: Arc<SharedStore>,
}

impl Sessions {
    /// Creates sessions whose tokens are in this store.
    pub fn new(tokens: Arc<dyn TokenStore>) -> Self {
        Self { store: Arc::new(SharedStore::new(tokens)) }
    }

    /// Creates sessions whose tokens are in `~/.aws/sso/cache`, where every AWS tool looks.
    pub fn at_home(vars: &Vars, platform: Platform) -> Self {
        Self::new(Arc::new(FileTokenStore::at_home(vars, platform)))
    }

    /// Creates sessions whose tokens are in a folder of their own, which other tools do not find.
    pub fn in_folder(folder: Folder) -> Self {
        Self::new(Arc::new(FileTokenStore::new(folder)))
    }

    /// Creates sessions of this process alone; nothing touches a disk.
    #[inline]
    pub fn in_memory() -> Self {
        Self::new(Arc::new(MemoryTokenStore::default()))
    }

    /// Refreshes in helper processes.
    #[cfg(feature = "refresh-helper")]
    #[must_use]
    pub fn with_refresh_helper(self, helper: Arc<dyn RefreshHelper>) -> Self {
        let mut store = SharedStore::new(self.store.tokens.clone());
        store.helper = Some(helper);
        Self { store: Arc::new(store) }
    }

    /// Returns a token that is valid now: the stored one, refreshed if it expires within five
    /// minutes.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] if the user has to sign in; [`Error::CannotRefresh`] if the token
    /// expired and the service could not be reached; [`Error::Store`].
    pub async fn live_token(&self, world: &World, instance: &Instance) -> Result<Token, Error> {
        self.token(world, instance, Requirement::Live).await
    }

    /// Returns an access token that lasts longer than `remaining`, if the session can be refreshed;
    /// otherwise one that is valid now.
    ///
    /// # Errors
    /// As [`Sessions::live_token`].
    pub async fn token_for(
        &self,
        world: &World,
        instance: &Instance,
        remaining: Duration,
    ) -> Result<Token, Error> {
        self.token(world, instance, Requirement::Lasting(remaining)).await
    }

    /// Returns another token than this one, which the portal rejected before it expired.
    ///
    /// # Errors
    /// As [`Sessions::live_token`]. If the user has to sign in, that is recorded.
    pub async fn token_after(
        &self,
        world: &World,
        instance: &Instance,
        rejected: &AccessToken,
    ) -> Result<Token, Error> {
        self.token(world, instance, Requirement::Other(Fingerprint::new(rejected.expose()))).await
    }

    /// Returns the status of a session. No request is sent, and nothing is changed.
    #[inline]
    pub fn status<'a>(&'a self, world: &'a World, instance: &'a Instance) -> BoxFuture<'a, Status> {
        Box::pin(async move {
            status::status(world, &self.handle(instance), &instance.session.scopes).await
        })
    }

    /// Returns the tokens in the store that belong to none of these sessions: the portal, and the
    /// entry of the token. Files of other tools with names of their own are left out.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn tokens_of_other_sessions(
        &self,
        world: &World,
        sessions: &[SsoSession],
    ) -> Result<Vec<(SsoSession, String)>, StoreError> {
        let known: Vec<String> = sessions.iter().map(vestibule_cache::key::token).collect();
        let mut found = Vec::new();
        for entry in self.store.tokens.list(world).await? {
            if known.contains(&entry) || !is_token_entry(&entry) {
                continue;
            }
            let Ok(Some(contents)) = self.store.tokens.load(world, &entry).await else { continue };
            let Ok(token) = Token::read(&contents) else { continue };
            if let (Some(start_url), Some(region)) = (token.start_url, token.region) {
                found.push((SsoSession::legacy(start_url, region), entry));
            }
        }
        Ok(found)
    }

    /// Runs the job of a [`RefreshHelper`] in this process.
    #[cfg(feature = "refresh-helper")]
    pub fn refresh_for_job<'a>(
        &self,
        world: &World,
        instance: &Instance,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, RefreshReport> {
        let (world, handle) = (world.clone(), self.handle(instance));
        Box::pin(
            async move { refresh::refresh_here(world, handle, job.due.clone(), true).await.into() },
        )
    }

    /// Returns the store of the tokens.
    pub fn token_store(&self) -> &Arc<dyn TokenStore> {
        &self.store.tokens
    }

    /// Boxed, so that it is compiled once and not again in each crate that awaits it.
    fn token<'a>(
        &'a self,
        world: &'a World,
        instance: &'a Instance,
        requirement: Requirement,
    ) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(
            async move { refresh::live_token(world, &self.handle(instance), requirement).await },
        )
    }

    pub(crate) fn handle(&self, instance: &Instance) -> TokenHandle<Instance> {
        TokenHandle::new(self.store.clone(), instance.clone())
    }
}

/// Returns `true` for the name that AWS tools give to a token: a SHA-1 in hexadecimal.
fn is_token_entry(entry: &str) -> bool {
    let digest = entry.strip_suffix(".json").unwrap_or_default();
    digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}
