//! The token file of one session, and its lock.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use vestibule_cache::{JsonError, Token, key};
use vestibule_types::{SsoSession, Timestamp};
use vestibule_world::{Files, Guard, World, WriteMode};

use crate::NoTokenReason;
use crate::memory::{Memory, Place};

/// How often a file that another tool is writing is read again, and how soon.
const TORN_READS: u32 = 10;
const TORN_WAIT: Duration = Duration::from_millis(50);
/// A process that hangs or is stopped must not stop all others.
const LONGEST_LOCK_WAIT: Duration = Duration::from_secs(30);
/// How often a lock is tried.
pub(crate) const LOCK_WAIT: Duration = Duration::from_millis(50);

/// The files of one session, wherever they are.
#[derive(Debug)]
pub(crate) struct Store<'a> {
    pub(crate) memory: &'a Memory,
    pub(crate) session: &'a SsoSession,
    pub(crate) token_file: PathBuf,
}

impl<'a> Store<'a> {
    pub(crate) fn new(memory: &'a Memory, session: &'a SsoSession) -> Self {
        Self { memory, session, token_file: memory.folder().file(&key::token(session)) }
    }

    /// The token as it is now.
    pub(crate) fn token(&self, world: &World) -> Result<Token, NoTokenReason> {
        self.read(world).map_err(|(why, _)| why)
    }

    /// The token, once nobody is in the middle of writing it.
    pub(crate) async fn settled_token(&self, world: &World) -> Result<Token, NoTokenReason> {
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
    fn read(&self, world: &World) -> Result<Token, (NoTokenReason, bool)> {
        let kept = self.memory.files.read(&self.token_file).ok();
        let kept = kept.and_then(|bytes| Token::read(&bytes).ok());
        match (self.read_file(world), kept) {
            (Ok(token), Some(kept)) if kept.expires_at <= token.expires_at => Ok(token),
            (_, Some(kept)) => Ok(kept),
            (read, None) => read,
        }
    }

    fn read_file(&self, world: &World) -> Result<Token, (NoTokenReason, bool)> {
        let file = || self.token_file.clone();
        let unreadable = |problem: String| NoTokenReason::Unreadable { file: file(), problem };
        let bytes = match self.files(world).map(|files| files.read(&self.token_file)) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
                return Err((unreadable(error.to_string()), false));
            }
            _ => return Err((NoTokenReason::Never { looked_at: file() }, false)),
        };
        let token = Token::read(&bytes)
            .map_err(|error: JsonError| (unreadable(error.to_string()), error.is_truncated()))?;
        match token.belongs_to(self.session) {
            Ok(()) => Ok(token),
            Err(other) => Err((
                NoTokenReason::OtherSignIn { file: file(), mismatch: other.to_string() },
                false,
            )),
        }
    }

    /// Stores a token.
    pub(crate) fn write_token(&self, world: &World, token: &Token) -> io::Result<()> {
        self.files(world)?.replace(&self.token_file, &token.write(), WriteMode::Durable)?;
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
            let _ = memory.replace(&self.token_file, &token.write(), WriteMode::Durable);
            if first {
                let file = self.token_file.display();
                tracing::warn!(%error, "the refreshed token is used, but could not be stored in {file}");
            }
        }
    }

    /// The lock for refreshing, or `None` where there can be no lock, or it is not to be had.
    pub(crate) async fn lock_refresh(&self, world: &World) -> Option<Box<dyn Guard>> {
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

    pub(crate) fn try_lock(&self, world: &World, kind: &str) -> io::Result<Option<Box<dyn Guard>>> {
        self.files(world)?.try_lock(&self.lock_file(kind))
    }

    /// Never `.json`: other tools open every file of that name.
    fn lock_file(&self, kind: &str) -> PathBuf {
        self.token_file.with_extension(kind)
    }

    pub(crate) fn files<'b>(&'b self, world: &'b World) -> io::Result<&'b dyn Files> {
        match &self.memory.place {
            Place::Disk(_) => Ok(&*world.files),
            Place::Process(_) => Ok(&self.memory.files),
            Place::Nowhere(_) => Err(io::Error::other("there is no home folder: HOME is not set")),
        }
    }
}
