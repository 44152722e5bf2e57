//! Console logins (`aws login`): the same life of a token, with credentials in place of an access
//! token.

mod kind;
mod login;

use std::sync::Arc;

use vestibule_console_login::{LoginToken, file_name};
use vestibule_types::{Credentials, Platform, Vars};
use vestibule_world::{BoxFuture, World};

use crate::refresh::{self, Requirement};
use crate::shared::{SharedStore, TokenHandle};
use crate::{Error, FileTokenStore, Status, StoreError, TokenStore, status};
#[cfg(feature = "refresh-helper")]
use crate::{RefreshHelper, RefreshJob, RefreshReport};

pub use kind::ConsoleSession;
pub use login::ConsoleLoginError;

/// The console logins whose credentials are in one store. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub struct ConsoleSessions {
    store: Arc<SharedStore>,
}

impl ConsoleSessions {
    /// Creates the console logins whose credentials are in this store.
    pub fn new(tokens: Arc<dyn TokenStore>) -> Self {
        Self { store: Arc::new(SharedStore::new(tokens)) }
    }

    /// Creates the console logins whose credentials are in `~/.aws/login/cache`, or in the folder
    /// of `AWS_LOGIN_CACHE_DIRECTORY`.
    pub fn at_home(vars: &Vars, platform: Platform) -> Self {
        Self::new(Arc::new(match vestibule_console_login::folder(vars, platform) {
            Some(folder) => FileTokenStore::new(folder),
            None => FileTokenStore::at_home(vars, platform),
        }))
    }

    /// Refreshes in helper processes.
    #[cfg(feature = "refresh-helper")]
    #[must_use]
    pub fn with_refresh_helper(self, helper: Option<Arc<dyn RefreshHelper>>) -> Self {
        let mut store = SharedStore::new(self.store.tokens.clone());
        store.helper = helper;
        Self { store: Arc::new(store) }
    }

    /// Returns credentials that work now: the stored ones, refreshed if they expire within five
    /// minutes.
    ///
    /// # Errors
    /// As [`Sessions::live_token`](crate::Sessions::live_token).
    pub fn credentials<'a>(
        &'a self,
        world: &'a World,
        session: &'a ConsoleSession,
    ) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(async move {
            let entry: LoginToken =
                refresh::live_token(world, &self.handle(session), Requirement::Live).await?;
            Ok(entry.credentials())
        })
    }

    /// Returns the status of a console login. No request is sent, and nothing is changed.
    pub fn status<'a>(
        &'a self,
        world: &'a World,
        session: &'a ConsoleSession,
    ) -> BoxFuture<'a, Status> {
        Box::pin(async move { status::status(world, &self.handle(session), &[]).await })
    }

    /// Removes the credentials. Returns whether there were any. The service has no sign-out:
    /// credentials that were handed out work until they expire, within 15 minutes.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn sign_out(
        &self,
        world: &World,
        session: &ConsoleSession,
    ) -> Result<bool, StoreError> {
        let handle = self.handle(session);
        // A refresh in flight would store the credentials again.
        let _lock = refresh::lock(world, &handle).await;
        handle.remove(world).await
    }

    /// Removes the credentials of all logins but these, and returns where they were stored.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn sign_out_of_others(
        &self,
        world: &World,
        sessions: &[&str],
    ) -> Result<Vec<String>, StoreError> {
        let tokens = &self.store.tokens;
        let known: Vec<String> = sessions.iter().map(|session| file_name(session)).collect();
        let mut removed = Vec::new();
        for entry in tokens.list(world).await? {
            if known.contains(&entry) || !is_login_entry(&entry) {
                continue;
            }
            let Ok(Some(contents)) = tokens.load(world, &entry).await else { continue };
            if LoginToken::read(&contents).is_ok() && tokens.remove(world, &entry).await? {
                let record = entry.replace(".json", ".session");
                let _ = tokens.remove(world, &record).await;
                removed.push(tokens.location(&entry));
            }
        }
        Ok(removed)
    }

    /// Runs the job of a [`RefreshHelper`] in this process.
    #[cfg(feature = "refresh-helper")]
    pub fn refresh_for_job<'a>(
        &self,
        world: &World,
        session: &ConsoleSession,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, RefreshReport> {
        let (world, handle) = (world.clone(), self.handle(session));
        Box::pin(
            async move { refresh::refresh_here(world, handle, job.due.clone(), true).await.into() },
        )
    }

    fn handle(&self, session: &ConsoleSession) -> TokenHandle<ConsoleSession> {
        TokenHandle::new(self.store.clone(), session.clone())
    }
}

/// Returns `true` for the name that AWS tools give to a console login: a SHA-256 in hexadecimal.
fn is_login_entry(entry: &str) -> bool {
    let digest = entry.strip_suffix(".json").unwrap_or_default();
    digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}
