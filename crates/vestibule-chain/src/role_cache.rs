//! Credentials of a role in a file that other programs read and write too.

use std::path::PathBuf;
use std::time::Duration;

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_profile::Role;
use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{Keep, World};

/// Who gives the credentials: each has a form of file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Issuer {
    Portal,
    Sts,
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

    /// What is in the file, however little is left of it.
    pub(crate) fn read(&self, world: &World, file: &str) -> Option<RoleCredentials> {
        let bytes = world.files.read(&self.path(file)?).ok()?;
        match self.issuer {
            Issuer::Portal => RoleCredentials::read(&bytes).ok(),
            Issuer::Sts => RoleCredentials::read_assumed(&bytes).ok(),
        }
    }

    /// Whether there is enough left.
    pub(crate) fn lasts(&self, keys: &RoleCredentials, now: Timestamp) -> bool {
        let left = keys.credentials().expires().map(|end| end.saturating_since(now));
        keys.is_fresh(now) && left.is_some_and(|left| self.min_remaining < left)
    }

    /// Keeps what can be kept; that it cannot is nobody's trouble.
    pub(crate) fn store(&self, world: &World, file: &str, keys: &Credentials) {
        let (Some(path), Some(keys)) = (self.path(file), RoleCredentials::new(keys.clone())) else {
            return;
        };
        let text = match self.issuer {
            Issuer::Portal => keys.write(),
            Issuer::Sts => keys.write_assumed(),
        };
        if let Err(error) = world.files.replace(&path, &text, Keep::NothingForLong) {
            tracing::debug!(%error, "role credentials could not be stored");
        }
    }

    fn path(&self, file: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.file(file))
    }
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
