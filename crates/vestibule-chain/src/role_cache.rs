//! Credentials of a role in a file that other programs read and write too.

use std::path::PathBuf;
use std::time::Duration;

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_profile::Role;
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind};
use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{BoxFuture, World, WriteMode};

/// Who gives the credentials: each has a form of file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Issuer {
    Portal,
    Sts,
}

/// What an issuer gave.
pub(crate) struct Issued {
    pub(crate) keys: Credentials,
    /// When that is over by the issuer's clock, which may not be ours.
    pub(crate) ends: Option<Timestamp>,
}

impl From<Credentials> for Issued {
    fn from(keys: Credentials) -> Self {
        Self { ends: keys.expires(), keys }
    }
}

/// One such file, or the lack of it.
#[derive(Clone, Debug)]
pub(crate) struct RoleCache {
    pub(crate) issuer: Issuer,
    pub(crate) folder: Option<Folder>,
    /// Credentials that end sooner are not taken; at least the AWS CLI's 15 minutes.
    pub(crate) min_remaining: Duration,
}

impl RoleCache {
    /// None, until there is a folder.
    pub(crate) fn of(issuer: Issuer) -> Self {
        Self { issuer, folder: None, min_remaining: Duration::ZERO }
    }

    /// What is in the file, while enough is left of it; else what the issuer gives when asked,
    /// for others to find there.
    ///
    /// Boxed on both sides: it is compiled once, whoever is asked.
    pub(crate) fn or_ask<'a>(
        &'a self,
        world: &'a World,
        file: String,
        ask: BoxFuture<'a, Result<Answer<Issued>, ProvideError>>,
    ) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            let kept = self.read(world, &file);
            if let Some(kept) = &kept
                && self.lasts(kept, world.clock.now())
            {
                return Ok(Answer::Credentials(kept.credentials().clone()));
            }
            match ask.await {
                Ok(Answer::Credentials(issued)) => {
                    self.store(world, &file, &issued);
                    Ok(Answer::Credentials(issued.keys))
                }
                Ok(Answer::NotConfigured(reason)) => Ok(Answer::NotConfigured(reason)),
                // Keys near their end are better than none, if the fault will pass.
                Err(error) if may_pass(error.kind()) => match kept {
                    Some(keys) if !keys.credentials().is_expired(world.clock.now()) => {
                        tracing::warn!(%error, "cached role credentials are used to their end");
                        Ok(Answer::Credentials(keys.into_credentials()))
                    }
                    _ => Err(error),
                },
                Err(error) => Err(error),
            }
        })
    }

    /// What is in the file, however little is left of it.
    fn read(&self, world: &World, file: &str) -> Option<RoleCredentials> {
        let bytes = world.files.read(&self.path(file)?).ok()?;
        match self.issuer {
            Issuer::Portal => RoleCredentials::read(&bytes).ok(),
            Issuer::Sts => RoleCredentials::read_assumed(&bytes).ok(),
        }
    }

    /// Whether there is enough left.
    fn lasts(&self, keys: &RoleCredentials, now: Timestamp) -> bool {
        let left = keys.credentials().expires().map(|end| end.saturating_since(now));
        keys.is_fresh(now) && left.is_some_and(|left| self.min_remaining < left)
    }

    /// Keeps what can be kept; that it cannot is nobody's trouble.
    fn store(&self, world: &World, file: &str, issued: &Issued) {
        // The sooner end: the file is there still when a clock is set right.
        let ends = [issued.keys.expires(), issued.ends].into_iter().flatten().min();
        let keys = RoleCredentials::new(issued.keys.clone().with_expiry(ends));
        let (Some(path), Some(keys)) = (self.path(file), keys) else { return };
        let text = match self.issuer {
            Issuer::Portal => keys.write(),
            Issuer::Sts => keys.write_assumed(),
        };
        if let Err(error) = world.files.replace(&path, &text, WriteMode::BestEffort) {
            tracing::debug!(%error, "role credentials could not be stored");
        }
    }

    fn path(&self, file: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.file(file))
    }
}

/// That somebody may be there to be asked later counts, too.
fn may_pass(kind: ProvideErrorKind) -> bool {
    !kind.is_permanent() || kind == ProvideErrorKind::CodeNeeded
}

/// The name of the file that a role of a profile is kept in, once it was assumed.
pub fn assumed_role_file(role: &Role) -> String {
    key::assumed_role(&key::AssumeRole {
        role_arn: role.arn.value.as_str(),
        session_name: role.session_name.as_ref().map(|name| name.value.as_str()),
        external_id: role.external_id.as_ref().map(|id| id.value.as_str()),
        mfa_serial: role.mfa_serial.as_ref().map(|serial| serial.value.as_str()),
        duration_seconds: role.duration.as_ref().map(|duration| duration.value.as_secs()),
    })
}
