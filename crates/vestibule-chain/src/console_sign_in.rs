use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule_cache::JsonError;
use vestibule_console_login::{Dpop, Entry, Plane, endpoint, file_name, folder};
use vestibule_provider::refresh::Policy;
use vestibule_provider::{
    Error as ProvideError, ErrorKind as ProvideErrorKind, Lookup as Answer, Provider,
};
use vestibule_types::{Credentials, Timestamp};
use vestibule_wire::{Endpoint, EndpointParams};
use vestibule_world::{BoxFuture, CallError, Guard, World, WriteMode};

use crate::{ConsoleState, ConsoleStatus};

const NAME: &str = "login";

/// Credentials with no more left than this are refreshed, as in the AWS CLI.
const WINDOW: Duration = Duration::from_secs(5 * 60);
/// After a refresh that failed, what still works is used for so long before the next attempt.
const REST: Duration = Duration::from_secs(30);
/// How often a file that another tool is writing is read again, and how soon.
const TORN_READS: u32 = 10;
/// How often a file or a lock is looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// A process that hangs or is stopped must not stop all others.
const LONGEST_LOCK_WAIT: Duration = Duration::from_secs(30);

/// The credentials of a console sign-in, refreshed as long as the sign-in lasts.
///
/// The file is read each time: whichever tool signs in or refreshes, all have what it got.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (read 2026-11)
pub struct ConsoleSignIn {
    login_session: String,
    /// Of the profile; the file's region goes before its region.
    params: EndpointParams,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What the disk would not take.
    kept: Option<Entry>,
    /// When a refresh last failed.
    failed_at: Option<Timestamp>,
}

type SignInError = CallError<vestibule_console_login::Error>;

impl ConsoleSignIn {
    /// The sign-in that `login_session` names; the parameters are those of the service `signin`.
    pub fn new(login_session: impl Into<String>, params: EndpointParams) -> Self {
        Self { login_session: login_session.into(), params, state: Mutex::default() }
    }

    /// What the file says. Calls nothing.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn status(&self, world: &World) -> Result<ConsoleStatus, ProvideError> {
        let file = self.file(world)?;
        let state = match self.read(world, &file) {
            Ok(entry) => ConsoleState::of(entry.expires_at(), world.clock.now()),
            Err(Why::Never { .. }) => ConsoleState::Never,
            Err(why) => ConsoleState::Unusable(why.to_string()),
        };
        let login_session = self.login_session.trim().to_owned();
        Ok(ConsoleStatus { login_session, file, state })
    }

    /// Removes the file, and says whether there was one. The service knows no sign-out: what was
    /// given out works on to its end, within a quarter of an hour.
    ///
    /// # Errors
    /// There is no home folder, or the file cannot be removed.
    pub async fn sign_out(&self, world: &World) -> Result<bool, ProvideError> {
        let file = self.file(world)?;
        // A refresh under way would bring it back.
        let _lock = lock(world, &file).await;
        self.state().kept = None;
        match world.files.remove(&file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => {
                Err(self.error(ProvideErrorKind::Refused, Why::NotRemoved { file, source }))
            }
        }
    }

    async fn keys(&self, world: &World) -> Result<Credentials, ProvideError> {
        let file = self.file(world)?;
        let entry = self.settled(world, &file).await?;
        if self.will_do(&entry, world.clock.now()) {
            return Ok(entry.credentials());
        }
        let lock = lock(world, &file).await;
        // Whoever held the lock has most likely done the work.
        let entry = self.settled(world, &file).await?;
        if self.will_do(&entry, world.clock.now()) {
            return Ok(entry.credentials());
        }
        let at = self.endpoint(&entry)?;
        let mut random = [0; 16];
        world.entropy.fill(&mut random);
        let proof = Dpop::new(entry.dpop_key(), random);
        let answer = world.call(&at, &proof, &entry.refresh()).await;
        // From here on nothing is awaited: the old refresh token may be spent.
        match answer {
            Ok(tokens) => {
                let refreshed = entry.refreshed(tokens, world.clock.now());
                self.store(world, &file, &refreshed);
                drop(lock);
                tracing::debug!(expires_at = %refreshed.expires_at(), "console sign-in refreshed");
                Ok(refreshed.credentials())
            }
            Err(error) => {
                drop(lock);
                self.failed(world, &file, &entry, error)
            }
        }
    }

    /// After a refresh that failed: what another tool made, or what still works.
    fn failed(
        &self,
        world: &World,
        file: &Path,
        entry: &Entry,
        error: SignInError,
    ) -> Result<Credentials, ProvideError> {
        let now = world.clock.now();
        self.state().failed_at = Some(now);
        // A tool that knows no lock may have been quicker.
        if let Ok(other) = self.read(world, file)
            && entry.expires_at() < other.expires_at()
            && now < other.expires_at()
        {
            return Ok(other.credentials());
        }
        let is_denial = matches!(&error, CallError::Answer(error) if error.is_denial());
        if now < entry.expires_at() && !is_denial {
            tracing::warn!(%error, "the console sign-in could not be refreshed; what it gave still works");
            return Ok(entry.credentials());
        }
        let kind = kind(&error);
        Err(self.error(kind, Why::NotRefreshed { until: entry.expires_at(), source: error }))
    }

    fn will_do(&self, entry: &Entry, now: Timestamp) -> bool {
        let left = entry.expires_at().saturating_since(now);
        let rests = self.state().failed_at.is_some_and(|at| now.saturating_since(at) < REST);
        WINDOW < left || rests && !left.is_zero()
    }

    /// The file, once nobody is in the middle of writing it.
    async fn settled(&self, world: &World, file: &Path) -> Result<Entry, ProvideError> {
        for _ in 1..TORN_READS {
            match self.read(world, file) {
                Err(Why::Unreadable { problem, .. }) if problem.is_truncated() => {
                    world.clock.sleep(GLANCE).await;
                }
                read => return read.map_err(|why| self.needed(why)),
            }
        }
        self.read(world, file).map_err(|why| self.needed(why))
    }

    /// What lasts longer: the file, or what the disk would not take.
    fn read(&self, world: &World, file: &Path) -> Result<Entry, Why> {
        let path = || file.to_owned();
        let read = match world.files.read(file) {
            Ok(bytes) => {
                Entry::read(&bytes).map_err(|problem| Why::Unreadable { file: path(), problem })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Why::Never { looked_at: path() })
            }
            Err(source) => Err(Why::NotRead { file: path(), source }),
        };
        match (read, &self.state().kept) {
            (Ok(entry), Some(kept)) if entry.expires_at() < kept.expires_at() => Ok(kept.clone()),
            (Err(Why::NotRead { .. }), Some(kept)) => Ok(kept.clone()),
            (read, _) => read,
        }
    }

    fn store(&self, world: &World, file: &Path, entry: &Entry) {
        let stored = world.files.replace(file, &entry.write(), WriteMode::Durable);
        let mut state = self.state();
        state.failed_at = None;
        state.kept = stored.is_err().then(|| entry.clone());
        if let Err(error) = stored {
            let file = file.display();
            tracing::warn!(%error, "refreshed credentials are used, but could not be stored in {file}");
        }
    }

    /// Refreshes work in the region of the sign-in only, which not every tool notes.
    fn endpoint(&self, entry: &Entry) -> Result<Endpoint, ProvideError> {
        let mut params = self.params.clone();
        params.region = entry.sign_in_region().cloned().or(params.region);
        endpoint(&params, Plane::Data)
            .map_err(|error| ProvideError::new(NAME, ProvideErrorKind::Configuration, error))
    }

    fn file(&self, world: &World) -> Result<PathBuf, ProvideError> {
        let folder = folder(&world.vars, world.platform)
            .ok_or_else(|| self.error(ProvideErrorKind::Configuration, Why::NoHome))?;
        Ok(folder.file(&file_name(&self.login_session)))
    }

    fn needed(&self, why: Why) -> ProvideError {
        let kind = match why {
            Why::NotRead { .. } => ProvideErrorKind::Refused,
            _ => ProvideErrorKind::SignInNeeded,
        };
        self.error(kind, why)
    }

    fn error(&self, kind: ProvideErrorKind, why: Why) -> ProvideError {
        let login_session = self.login_session.trim().to_owned();
        ProvideError::new(NAME, kind, NoCredentials { login_session, why })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ConsoleSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleSignIn")
            .field("login_session", &self.login_session)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl Provider for ConsoleSignIn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { self.keys(world).await.map(Answer::Credentials) })
    }

    fn refresh_policy(&self) -> Policy {
        Policy::EARLY
    }
}

/// The lock for refreshing, or `None` where there can be none, or it is not to be had.
async fn lock(world: &World, file: &Path) -> Option<Box<dyn Guard>> {
    // Never `.json`: other tools open every file of that name.
    let file = file.with_extension("lock");
    let until = world.clock.now() + LONGEST_LOCK_WAIT;
    loop {
        match world.files.try_lock(&file) {
            Ok(Some(guard)) => return Some(guard),
            Ok(None) if world.clock.now() < until => world.clock.sleep(GLANCE).await,
            Ok(None) => {
                tracing::warn!("another process holds the lock too long; going on without it");
                return None;
            }
            Err(error) => {
                tracing::debug!(%error, "no lock to be had");
                return None;
            }
        }
    }
}

fn kind(error: &SignInError) -> ProvideErrorKind {
    use vestibule_console_login::Error::NotAllowed;
    match error {
        CallError::Transport(error) if error.kind.is_transient() => ProvideErrorKind::Transient,
        CallError::Answer(error) if error.is_transient() => ProvideErrorKind::Transient,
        CallError::Answer(NotAllowed(_)) | CallError::Transport(_) | CallError::Unsendable(_) => {
            ProvideErrorKind::Refused
        }
        CallError::Answer(_) => ProvideErrorKind::SignInNeeded,
    }
}

#[derive(Debug)]
struct NoCredentials {
    login_session: String,
    why: Why,
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "login session `{}`: {}", self.login_session, self.why)
    }
}

impl Error for NoCredentials {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.why.source()
    }
}

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error("there is no home folder: HOME is not set")]
    NoHome,
    #[error("nobody has signed in ({} does not exist)", looked_at.display())]
    Never { looked_at: PathBuf },
    #[error("{} is not a readable sign-in: {problem}", file.display())]
    Unreadable { file: PathBuf, problem: JsonError },
    #[error("{} could not be read", file.display())]
    NotRead { file: PathBuf, source: io::Error },
    #[error("{} could not be removed", file.display())]
    NotRemoved { file: PathBuf, source: io::Error },
    #[error("the credentials work until {until} and could not be refreshed")]
    NotRefreshed { until: Timestamp, source: SignInError },
}

#[cfg(test)]
mod tests;
