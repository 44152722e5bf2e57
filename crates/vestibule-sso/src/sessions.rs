use std::path::Path;
use std::time::Duration;

use vestibule_cache::{Folder, Token};
use vestibule_types::{AccessToken, Platform, SsoSession, Vars};
use vestibule_world::{BoxFuture, World};

use crate::memory::{Memory, Place};
use crate::refresh::{self, Want};
use crate::store::Store;
use crate::{Error, Instance, Status};

/// The sign-ins of a person, as far as this process knows them.
///
/// Keep one and share it: it remembers what could not be written and when a refresh was tried.
#[derive(Debug)]
pub struct Sessions {
    memory: Memory,
}

impl Sessions {
    /// Those in `~/.aws/sso/cache`, where every SDK looks.
    pub fn at_home(vars: &Vars, platform: Platform) -> Self {
        Self::new(match vars.home(platform) {
            Some(home) => Place::Disk(Folder::sso(&home, platform)),
            None => Place::Nowhere(Folder::sso("~", platform)),
        })
    }

    /// Those in a folder of your own, which other tools will not find.
    pub fn in_folder(folder: Folder) -> Self {
        Self::new(Place::Disk(folder))
    }

    /// Those of this process alone; nothing touches a disk.
    pub fn in_memory() -> Self {
        Self::new(Place::Process(Folder::sso("", Platform::Unix)))
    }

    fn new(place: Place) -> Self {
        Self { memory: Memory::new(place) }
    }

    /// A token that works now: the stored one, refreshed if it ends within five minutes.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] if only a person can help; [`Error::CannotRefresh`] if the token is
    /// over and the service could not be asked.
    pub async fn live_token(&self, world: &World, instance: &Instance) -> Result<Token, Error> {
        self.token(world, instance, Want::Live).await
    }

    /// The same, refreshed if no more than `remaining` is left of it, where that is possible.
    ///
    /// # Errors
    /// As [`Sessions::live_token`].
    pub async fn token_for(
        &self,
        world: &World,
        instance: &Instance,
        remaining: Duration,
    ) -> Result<Token, Error> {
        self.token(world, instance, Want::Lasting(remaining)).await
    }

    /// Another token than this one, which the portal no longer takes although it looks live.
    ///
    /// # Errors
    /// As [`Sessions::live_token`]. When sign-in is needed, the file says so from then on.
    pub async fn token_after(
        &self,
        world: &World,
        instance: &Instance,
        rejected: &AccessToken,
    ) -> Result<Token, Error> {
        self.token(world, instance, Want::Other(rejected)).await
    }

    /// What the files say about a session. Calls nothing, changes nothing.
    pub fn status(&self, world: &World, session: &SsoSession) -> Status {
        Status::of(world, &self.store(session))
    }

    /// The folder of the token files.
    pub fn folder(&self) -> &Path {
        self.memory.folder().path()
    }

    /// Behind a pointer, so that it is compiled once and not anew for each crate that waits for it.
    fn token<'a>(
        &'a self,
        world: &'a World,
        instance: &'a Instance,
        want: Want<'a>,
    ) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(async move {
            refresh::token(world, &self.store(&instance.session), instance, want).await
        })
    }

    pub(crate) fn store<'a>(&'a self, session: &'a SsoSession) -> Store<'a> {
        Store::new(&self.memory, session)
    }
}
