//! The files of one session: token, registration, locks.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use vestibule_cache::{Token, Unreadable, key};
use vestibule_oidc::Registration;
use vestibule_types::{SsoSession, Timestamp};
use vestibule_world::{Files, Guard, Keep, World};

use crate::memory::{Memory, Place};
use crate::{Error, Event, Ui, Why};

/// How often a file that another tool is writing is read again, and how soon.
const TORN_READS: u32 = 10;
const TORN_WAIT: Duration = Duration::from_millis(50);
/// A process that hangs or is stopped must not stop all others.
const LONGEST_LOCK_WAIT: Duration = Duration::from_secs(30);
/// How often a lock is tried.
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// The files of one session, wherever they are.
#[derive(Debug)]
pub(crate) struct Store<'a> {
    pub(crate) memory: &'a Memory,
    pub(crate) session: &'a SsoSession,
    pub(crate) token_file: PathBuf,
    registration_file: PathBuf,
}

impl<'a> Store<'a> {
    pub(crate) fn new(memory: &'a Memory, session: &'a SsoSession) -> Self {
        let folder = memory.folder();
        Self {
            memory,
            session,
            token_file: folder.file(&key::token(session)),
            registration_file: folder.file(&key::registration(session)),
        }
    }

    /// The token as it is now.
    pub(crate) fn token(&self, world: &World) -> Result<Token, Why> {
        self.read(world).map_err(|(why, _)| why)
    }

    /// The token, once nobody is in the middle of writing it.
    pub(crate) async fn settled_token(&self, world: &World) -> Result<Token, Why> {
        for _ in 1..TORN_READS {
            match self.read(world) {
                Err((_, true)) => world.clock.sleep(TORN_WAIT).await,
                done => return done.map_err(|(why, _)| why),
            }
        }
        self.token(world)
    }

    /// The token that lasts longer: the file's, or the one that the disk would not take.
    /// A failure comes with whether reading again may help.
    fn read(&self, world: &World) -> Result<Token, (Why, bool)> {
        let kept = self.memory.files.read(&self.token_file).ok();
        let kept = kept.and_then(|bytes| Token::read(&bytes).ok());
        match (self.read_file(world), kept) {
            (Ok(token), Some(kept)) if kept.expires_at <= token.expires_at => Ok(token),
            (_, Some(kept)) => Ok(kept),
            (read, None) => read,
        }
    }

    fn read_file(&self, world: &World) -> Result<Token, (Why, bool)> {
        let file = || self.token_file.clone();
        let unreadable = |problem: String| Why::Unreadable { file: file(), problem };
        let bytes = match self.files(world).map(|files| files.read(&self.token_file)) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
                return Err((unreadable(error.to_string()), false));
            }
            _ => return Err((Why::Never { looked_at: file() }, false)),
        };
        let token = Token::read(&bytes)
            .map_err(|error: Unreadable| (unreadable(error.to_string()), error.is_torn()))?;
        match token.belongs_to(self.session) {
            Ok(()) => Ok(token),
            Err(other) => {
                Err((Why::OtherSignIn { file: file(), mismatch: other.to_string() }, false))
            }
        }
    }

    /// Stores a token.
    pub(crate) fn write_token(&self, world: &World, token: &Token) -> io::Result<()> {
        self.files(world)?.replace(&self.token_file, &token.write(), Keep::Nothing)?;
        if !matches!(self.memory.place, Place::Process(_)) {
            // What was kept because the disk would not take it is old now.
            let _ = self.memory.files.remove(&self.token_file);
        }
        Ok(())
    }

    /// Stores a token, or keeps it in memory where the disk will not take it.
    pub(crate) fn write_token_or_keep(&self, world: &World, token: &Token) {
        if let Err(error) = self.write_token(world, token) {
            let memory = &self.memory.files;
            let first = memory.read(&self.token_file).is_err();
            // Memory refuses nothing.
            let _ = memory.replace(&self.token_file, &token.write(), Keep::Nothing);
            if first {
                let file = self.token_file.display();
                tracing::warn!(%error, "the renewed token is used, but could not be stored in {file}");
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

    /// A registration made earlier, by us.
    pub(crate) fn registration(&self, world: &World) -> Option<Registration> {
        let bytes = self.files(world).ok()?.read(&self.registration_file).ok()?;
        let cached = vestibule_cache::Registration::read(&bytes).ok()?;
        Some(
            Registration::new(cached.client_id, cached.client_secret, cached.expires_at)
                .with_terms(cached.scopes, cached.grant_types),
        )
    }

    /// Keeps a registration for the next sign-in; without it that one registers anew.
    pub(crate) fn keep(&self, world: &World, registration: &Registration) {
        let stored = cached(registration)
            .with_scopes(&registration.scopes)
            .with_grant_types(&registration.grant_types)
            .write();
        let written = self
            .files(world)
            .and_then(|files| files.replace(&self.registration_file, &stored, Keep::Nothing));
        if let Err(error) = written {
            tracing::debug!(%error, "the registration could not be stored");
        }
    }

    /// Finds out whether a token could be stored, before anybody is asked to approve.
    pub(crate) fn probe(&self, world: &World) -> Result<(), Error> {
        self.files(world).and_then(|files| files.probe(&self.token_file)).map_err(|source| {
            Error::NotStorable { folder: self.memory.folder().path().to_owned(), source }
        })
    }

    /// The lock for renewing, or `None` where there can be no lock, or it is not to be had.
    pub(crate) async fn lock_renewal(&self, world: &World) -> Option<Box<dyn Guard>> {
        let until = world.clock.now() + LONGEST_LOCK_WAIT;
        loop {
            match self.try_lock(world, "lock") {
                Ok(Some(guard)) => return Some(guard),
                Ok(None) if world.clock.now() < until => world.clock.sleep(LOCK_WAIT).await,
                Ok(None) => {
                    tracing::warn!("another process holds the lock too long; going on without it");
                    return None;
                }
                Err(error) => {
                    tracing::debug!(%error, "no lock to be had");
                    return self.memory.files.try_lock(&self.lock_file("lock")).ok().flatten();
                }
            }
        }
    }

    /// The lock for signing in, and whether somebody else had it first.
    pub(crate) async fn lock_sign_in(
        &self,
        world: &World,
        ui: &dyn Ui,
    ) -> Result<(Option<Box<dyn Guard>>, bool), Error> {
        let mut waited = false;
        loop {
            match self.try_lock(world, "login.lock") {
                Ok(Some(guard)) => return Ok((Some(guard), waited)),
                // The probe went well, so this is odd; two tabs are better than none.
                Err(_) => return Ok((None, waited)),
                Ok(None) if ui.cancelled() => return Ok((None, false)),
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

    /// A live token that is another than this one.
    pub(crate) fn token_newer_than(&self, world: &World, before: Option<&Token>) -> Option<Token> {
        let token = self.token(world).ok()?;
        let same = before
            .is_some_and(|before| before.access_token.expose() == token.access_token.expose());
        (!same && !token.is_expired(world.clock.now())).then_some(token)
    }

    /// Notes in the file that a token ended before its time, so that every tool sees it.
    pub(crate) fn end_token(&self, world: &World, token: &Token, now: Timestamp) {
        let mut ended = token.clone();
        ended.expires_at = ended.expires_at.min(now);
        self.write_token_or_keep(world, &ended);
    }

    fn try_lock(&self, world: &World, kind: &str) -> io::Result<Option<Box<dyn Guard>>> {
        self.files(world)?.try_lock(&self.lock_file(kind))
    }

    /// Never `.json`: other tools open every file of that name.
    fn lock_file(&self, kind: &str) -> PathBuf {
        self.token_file.with_extension(kind)
    }

    fn files<'b>(&'b self, world: &'b World) -> io::Result<&'b dyn Files> {
        match &self.memory.place {
            Place::Disk(_) => Ok(&*world.files),
            Place::Process(_) => Ok(&self.memory.files),
            Place::Nowhere(_) => Err(io::Error::other("there is no home folder: HOME is not set")),
        }
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
