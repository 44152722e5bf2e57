//! Role credentials in a file that other programs read and write too.

use std::path::PathBuf;
use std::time::Duration;

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_profile::Role;
use vestibule_provider::{Error, ErrorKind, Lookup};
use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{BoxFuture, World, WriteMode};

/// The service that issued the credentials, which determines the file format.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Issuer {
    Portal,
    Sts,
}

/// Credentials from an issuer.
pub(crate) struct Issued {
    pub(crate) credentials: Credentials,
    /// The expiration by the issuer's clock, which may differ from ours.
    pub(crate) issuer_expiration: Option<Timestamp>,
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

/// The shared file of a role's credentials, if sharing is on.
#[derive(Clone, Debug)]
pub(crate) struct RoleCache {
    pub(crate) issuer: Issuer,
    pub(crate) folder: Option<Folder>,
    /// Shared credentials with less time left are not used; at least the AWS CLI's 15 minutes.
    pub(crate) min_remaining: Duration,
}

impl RoleCache {
    /// Creates a cache without a file, until `folder` is set.
    pub(crate) fn new(issuer: Issuer) -> Self {
        Self { issuer, folder: None, min_remaining: Duration::ZERO }
    }

    /// Returns the shared credentials if enough time is left; else requests new ones, and shares them
    /// if that is allowed.
    ///
    /// The request and the returned future are boxed, so that the body is not compiled again for every
    /// type of request.
    pub(crate) fn get_or_request<'a>(
        &'a self,
        world: &'a World,
        file: String,
        request: BoxFuture<'a, Result<Lookup<Issued>, Error>>,
        may_share: Box<dyn Fn() -> bool + Send + Sync + 'a>,
    ) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            let shared = self.read(world, &file);
            if let Some(shared) = &shared
                && self.is_fresh(shared, world.clock.now())
            {
                return Ok(Lookup::Credentials(shared.credentials().clone()));
            }
            match request.await {
                Ok(Lookup::Credentials(issued)) => {
                    if may_share() {
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
        })
    }

    /// Reads the file, however little time is left.
    fn read(&self, world: &World, file: &str) -> Option<RoleCredentials> {
        let bytes = world.files.read(&self.path(file)?).ok()?;
        match self.issuer {
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
        let text = match self.issuer {
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
