//! What a sign-in has to do with the files of its session: the registration, the token's end, and
//! whose turn it is.

use std::io;
use std::path::PathBuf;

use vestibule_cache::key;
use vestibule_oidc::Registration;
use vestibule_world::{Files as _, Guard, World, WriteMode};

use crate::memory::Place;
use crate::store::{LOCK_WAIT, Store};
use crate::{Event, SignInError, Ui};

impl Store<'_> {
    /// A registration made earlier, by us.
    pub(crate) fn registration(&self, world: &World) -> Option<Registration> {
        let bytes = self.files(world).ok()?.read(&self.registration_file()).ok()?;
        let cached = vestibule_cache::Registration::read(&bytes).ok()?;
        Some(
            Registration::new(cached.client_id, cached.client_secret, cached.expires_at)
                .with_scopes(cached.scopes, cached.grant_types),
        )
    }

    /// Keeps a registration for the next sign-in; without it that one registers anew.
    pub(crate) fn keep(&self, world: &World, registration: &Registration) {
        let stored = cached(registration)
            .with_scopes(&registration.scopes)
            .with_grant_types(&registration.grant_types)
            .write();
        let written = self.files(world).and_then(|files| {
            files.replace(&self.registration_file(), &stored, WriteMode::Durable)
        });
        if let Err(error) = written {
            tracing::debug!(%error, "the registration could not be stored");
        }
    }

    /// Finds out whether a token could be stored, before anybody is asked to approve.
    pub(crate) fn probe(&self, world: &World) -> Result<(), SignInError> {
        self.files(world).and_then(|files| files.probe(&self.token_file)).map_err(|source| {
            SignInError::NotStorable { folder: self.memory.folder().path().to_owned(), source }
        })
    }

    /// The lock for signing in, and whether somebody else had it first.
    pub(crate) async fn lock_sign_in(
        &self,
        world: &World,
        ui: &dyn Ui,
    ) -> (Option<Box<dyn Guard>>, bool) {
        let mut waited = false;
        loop {
            match self.try_lock(world, "login.lock") {
                Ok(Some(guard)) => return (Some(guard), waited),
                // The probe went well, so this is odd; two tabs are better than none.
                Err(_) => return (None, waited),
                Ok(None) if ui.cancelled() => return (None, false),
                Ok(None) => {
                    if !waited {
                        ui.progress(Event::OtherProcess);
                    }
                    waited = true;
                    world.clock.sleep(LOCK_WAIT).await;
                }
            }
        }
    }

    pub(crate) fn remove_token(&self, world: &World) -> io::Result<()> {
        let kept = self.memory.files.remove(&self.token_file);
        match self.files(world).and_then(|files| files.remove(&self.token_file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if matches!(self.memory.place, Place::Process(_)) {
                    Ok(())
                } else {
                    kept.or(Ok(()))
                }
            }
            removed => removed,
        }
    }

    fn registration_file(&self) -> PathBuf {
        self.memory.folder().file(&key::registration(self.session))
    }
}

/// The client as the token and registration files have it.
pub(crate) fn cached(registration: &Registration) -> vestibule_cache::Registration {
    vestibule_cache::Registration::new(
        &*registration.client_id,
        registration.client_secret.clone(),
        registration.expires_at,
    )
}
