//! Role credentials that are shared with the AWS CLI.

use vestibule_cache::{Folder, RoleCredentials, key};
use vestibule_chain::assumed_role_file;
use vestibule_profile::{Base, Plan, SsoRole};
use vestibule_types::Timestamp;
use vestibule_world::World;

use crate::Configuration;

impl Configuration {
    /// Returns when the shared credentials of a role expire, if there are any.
    pub fn role_credentials_expiration(&self, role: &SsoRole) -> Option<Timestamp> {
        let world = self.worlds().local();
        let file = folder(world)?.file(&file_name(role));
        let cached = RoleCredentials::read(&world.files.read(&file).ok()?).ok()?;
        cached.credentials().expires_at()
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
