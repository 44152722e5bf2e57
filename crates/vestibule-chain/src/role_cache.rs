//! Role credentials in a file that other programs read and write too.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_profile::Role;
use vestibule_provider::{Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_sso::Sessions;
use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{BoxFuture, World, WriteMode};

/// The service that issued the credentials, which determines the file format.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two file formats of the AWS CLI")]
pub enum Issuer {
    /// The access portal.
    Portal,
    /// STS.
    Sts,
}

/// Credentials from an issuer.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "credentials have one other time")]
pub struct Issued {
    /// The credentials, with their expiration by our clock.
    pub credentials: Credentials,
    /// The expiration by the issuer's clock, which may differ from ours.
    pub issuer_expiration: Option<Timestamp>,
}

impl Issued {
    /// Converts credentials whose expiration is by the issuer's clock.
    pub(crate) fn from_lookup(found: Lookup) -> Lookup<Self> {
        match found {
            Lookup::Credentials(credentials) => {
                let issuer_expiration = credentials.expires_at();
                Lookup::Credentials(Self { credentials, issuer_expiration })
            }
            Lookup::NotConfigured(skipped) => Lookup::NotConfigured(skipped),
        }
    }
}

/// A source of role credentials that can be shared.
pub trait RoleSource: Provider {
    /// Returns the service that issues the credentials.
    fn issuer(&self) -> Issuer;

    /// Returns the name of the file for the credentials.
    fn file(&self) -> String;

    /// Requests credentials.
    fn request<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup<Issued>, Error>>;

    /// Returns whether the credentials may be stored in a file.
    fn may_share(&self) -> bool {
        true
    }

    /// Adds what the file may lack.
    fn complete(&self, credentials: Credentials) -> Credentials {
        credentials
    }
}

/// A source of role credentials, [`SsoRole`](crate::SsoRole) or [`AssumeRole`](crate::AssumeRole), and a
/// file in which they are shared with other programs, in the format of the AWS CLI.
#[derive(Clone, Debug)]
pub struct RoleCache<S> {
    source: S,
    folder: Option<Folder>,
    min_remaining: Duration,
    /// The token behind the credentials of the source.
    token: Option<(Arc<Sessions>, String)>,
}

impl<S: RoleSource> RoleCache<S> {
    /// Shares the credentials of a source in a folder. Without a folder, they are requested each time.
    pub fn new(source: S, folder: impl Into<Option<Folder>>) -> Self {
        Self { source, folder: folder.into(), min_remaining: Duration::ZERO, token: None }
    }

    /// Names the token behind the credentials with which a role is assumed: the credentials of the role
    /// are shared only if its store allows files.
    #[must_use]
    pub fn with_token(mut self, sessions: Arc<Sessions>, entry: String) -> Self {
        self.token = Some((sessions, entry));
        self
    }

    /// Sets the remaining lifetime below which shared credentials are not used. Default and minimum:
    /// 15 minutes, as in the AWS CLI.
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = span;
        self
    }

    /// Returns the shared credentials if enough time is left; else requests new ones, and shares them
    /// if that is allowed.
    async fn get_or_request(&self, world: &World) -> Result<Lookup, Error> {
        let file = self.source.file();
        let shared = self.read(world, &file);
        if let Some(shared) = &shared
            && self.is_fresh(shared, world.clock.now())
        {
            return Ok(Lookup::Credentials(shared.credentials().clone()));
        }
        match self.source.request(world).await {
            Ok(Lookup::Credentials(issued)) => {
                if self.may_share() {
                    self.store(world, &file, &issued);
                }
                Ok(Lookup::Credentials(issued.credentials))
            }
            Ok(Lookup::NotConfigured(reason)) => Ok(Lookup::NotConfigured(reason)),
            // Until they expire, the shared credentials are better than a transient error.
            Err(error) if may_succeed_later(error.kind()) => match shared {
                Some(shared) if !shared.credentials().is_expired(world.clock.now()) => {
                    tracing::warn!(%error, "using the shared role credentials until they expire");
                    Ok(Lookup::Credentials(shared.into_credentials()))
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn may_share(&self) -> bool {
        let allows_files = |(sessions, entry): &(Arc<Sessions>, String)| {
            sessions.token_store().allows_files(entry)
        };
        self.source.may_share() && self.token.as_ref().is_none_or(allows_files)
    }

    /// Reads the file, however little time is left.
    fn read(&self, world: &World, file: &str) -> Option<RoleCredentials> {
        let bytes = world.files.read(&self.path(file)?).ok()?;
        match self.source.issuer() {
            Issuer::Portal => RoleCredentials::read(&bytes).ok(),
            Issuer::Sts => RoleCredentials::read_assumed(&bytes).ok(),
        }
    }

    /// Returns whether enough time is left for the AWS CLI's rule and for `min_remaining`.
    fn is_fresh(&self, shared: &RoleCredentials, now: Timestamp) -> bool {
        let left = shared.credentials().expires_at().map(|end| end.saturating_since(now));
        shared.is_fresh(now) && left.is_some_and(|left| self.min_remaining < left)
    }

    /// Stores the credentials. Best effort: a failed write is only logged.
    fn store(&self, world: &World, file: &str, issued: &Issued) {
        // The earlier time is right by our clock and, once a wrong clock has been corrected, by the
        // issuer's.
        let expires =
            [issued.credentials.expires_at(), issued.issuer_expiration].into_iter().flatten().min();
        let shared = RoleCredentials::new(issued.credentials.clone().with_expires_at(expires));
        let (Some(path), Some(shared)) = (self.path(file), shared) else { return };
        let text = match self.source.issuer() {
            Issuer::Portal => shared.write(),
            Issuer::Sts => shared.write_assumed(),
        };
        if let Err(error) = world.files.replace(&path, &text, WriteMode::BestEffort) {
            tracing::debug!(%error, "role credentials could not be stored");
        }
    }

    /// Returns the path of the file; `None` if nothing is shared.
    fn path(&self, file: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.file(file))
    }
}

impl<S: RoleSource> Provider for RoleCache<S> {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            Ok(match self.get_or_request(world).await? {
                Lookup::Credentials(found) => Lookup::Credentials(self.source.complete(found)),
                skipped @ Lookup::NotConfigured(_) => skipped,
            })
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.source.refresh_policy()
    }

    fn location(&self, world: &World) -> String {
        self.source.location(world)
    }
}

/// Returns whether a later call may succeed. If an MFA code is missing, a later call may have a prompt
/// for it.
fn may_succeed_later(kind: ErrorKind) -> bool {
    !kind.is_permanent() || kind == ErrorKind::CodeNeeded
}

/// Returns the name of the file for the shared credentials of an assumed role.
pub fn assumed_role_file(role: &Role) -> String {
    key::assumed_role(&key::AssumeRole {
        role_arn: role.arn.value.as_str(),
        session_name: role.session_name.as_ref().map(|name| name.value.as_str()),
        external_id: role.external_id.as_ref().map(|id| id.value.as_str()),
        mfa_serial: role.mfa_serial.as_ref().map(|serial| serial.value.as_str()),
        duration_seconds: role.duration.as_ref().map(|duration| duration.value.as_secs()),
    })
}
