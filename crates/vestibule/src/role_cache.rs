//! Role credentials that are shared with the AWS CLI.

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_chain::assumed_role_file;
use vestibule_profile::{Base, Plan, SsoRole};
use vestibule_types::Timestamp;
use vestibule_world::World;

use crate::Configuration;

/// The cached credentials of a profile, see [`Configuration::cached_credentials`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachedCredentials {
    /// When the credentials of the profile expire; `None` if none are cached.
    pub expires_at: Option<Timestamp>,
    /// Whether the next request for credentials needs no access token: the credentials, or those of
    /// an earlier role in the chain, are valid for more than 15 minutes.
    pub suffices_without_token: bool,
}

impl Configuration {
    /// Returns the state of the credentials that are shared with the AWS CLI: those of the last role
    /// of a plan, or of its SSO role.
    pub fn cached_credentials(&self, plan: &Plan) -> CachedCredentials {
        let world = self.worlds().local();
        let Some(folder) = folder(world) else { return CachedCredentials::default() };
        let now = world.clock.now();
        let read = |file: String| world.files.read(&folder.file(&file)).ok();
        let base = match &plan.base {
            Base::Sso(role) => {
                Some(read(file_name(role)).and_then(|bytes| RoleCredentials::read(&bytes).ok()))
            }
            _ => None,
        };
        let roles = plan.roles.iter().map(|role| {
            let bytes = read(assumed_role_file(role))?;
            RoleCredentials::read_assumed(&bytes).ok()
        });
        let mut cached = CachedCredentials::default();
        for found in base.into_iter().chain(roles) {
            cached.expires_at = found.as_ref().and_then(|found| found.credentials().expires_at());
            cached.suffices_without_token |= found.is_some_and(|found| found.is_fresh(now));
        }
        cached
    }

    /// Removes the shared credentials of all roles of a plan.
    pub(crate) fn forget_roles_of(&self, plan: &Plan) {
        let world = self.worlds().local();
        let Some(folder) = folder(world) else { return };
        let base = match &plan.base {
            Base::Sso(role) => Some(file_name(role)),
            _ => None,
        };
        for file in plan.roles.iter().map(assumed_role_file).chain(base) {
            // Best effort: most of the files do not exist.
            let _ = world.files.remove(&folder.file(&file));
        }
    }
}

fn file_name(role: &SsoRole) -> String {
    key::role_credentials(&role.session.session(), &role.account_id.value, &role.role_name.value)
}

fn folder(world: &World) -> Option<Folder> {
    Some(Folder::cli(&world.vars.home(world.platform)?, world.platform))
}
