//! IAM: who there is, and who may become whom.

mod principal;
mod role;
mod totp;
mod user;

pub(crate) use principal::Principal;
pub(crate) use role::Bid;
pub use role::IamRole;
pub(crate) use totp::Totp;
pub use user::IamUser;

use crate::state::Key;

/// The users and roles that somebody declared.
#[derive(Default)]
pub(crate) struct Iam {
    users: Vec<IamUser>,
    roles: Vec<IamRole>,
}

impl Iam {
    pub(crate) fn add_user(&mut self, user: IamUser) {
        self.users.push(user);
    }

    pub(crate) fn add_role(&mut self, role: IamRole) {
        self.roles.push(role);
    }

    /// The role of this ARN, whatever its partition.
    pub(crate) fn role(&self, arn: &str) -> Option<&IamRole> {
        let resource = principal::resource(arn)?;
        self.roles.iter().find(|role| role.resource() == resource)
    }

    /// A lasting key pair.
    pub(crate) fn key(&self, id: &str) -> Option<&Key> {
        self.users.iter().find_map(|user| user.key(id))
    }

    /// The device of this serial number, if it is of this principal.
    pub(crate) fn device(&self, of: &Principal, serial: &str) -> Option<&Totp> {
        let mut users = self.users.iter().filter(|user| user.is(of));
        users.find_map(|user| user.device(serial))
    }
}
