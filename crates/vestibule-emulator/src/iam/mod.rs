//! IAM users and roles, and the key pairs that STS recognizes.

mod keys;
mod principal;
mod role;
mod totp;
mod user;

use vestibule_types::Timestamp;

use crate::table::Table;
use crate::token_factory::TokenFactory;

pub(crate) use keys::{KeyPair, TemporaryCredentials};
pub(crate) use principal::Principal;
pub(crate) use role::AssumeRequest;
pub use role::IamRole;
pub(crate) use totp::Totp;
pub use user::IamUser;

/// The users, the roles, and the temporary credentials that were issued.
#[derive(Default)]
pub(crate) struct Iam {
    users: Vec<IamUser>,
    roles: Vec<IamRole>,
    /// By access key id.
    temporary_keys: Table<KeyPair>,
}

impl Iam {
    pub(crate) fn add_user(&mut self, user: IamUser) {
        self.users.push(user);
    }

    pub(crate) fn add_role(&mut self, role: IamRole) {
        self.roles.push(role);
    }

    /// Returns the role with this ARN in any partition.
    pub(crate) fn role(&self, arn: &str) -> Option<&IamRole> {
        let resource = principal::arn_resource(arn)?;
        self.roles.iter().find(|role| role.resource() == resource)
    }

    /// Returns a temporary or long-term key pair.
    pub(crate) fn key_pair(&self, id: &str) -> Option<&KeyPair> {
        let long_term = || self.users.iter().find_map(|user| user.key_pair(id));
        self.temporary_keys.get(id).or_else(long_term)
    }

    /// Returns the MFA device of a principal with this serial number.
    pub(crate) fn mfa_device_of(&self, principal: &Principal, serial: &str) -> Option<&Totp> {
        let mut users = self.users.iter().filter(|user| user.is_principal(principal));
        users.find_map(|user| user.device(serial))
    }

    pub(crate) fn issue(
        &mut self,
        tokens: &mut TokenFactory,
        principal: Principal,
        mfa: bool,
        expires: Timestamp,
    ) -> TemporaryCredentials {
        let credentials = TemporaryCredentials {
            id: tokens.access_key_id(),
            secret: tokens.secret_access_key(),
            session_token: tokens.secret("IQoJb3JpZ2luX2Vj", 240),
            expires,
        };
        let key_pair = KeyPair {
            secret: credentials.secret.clone(),
            session_token: Some(credentials.session_token.clone()),
            expires: Some(expires),
            principal,
            mfa,
        };
        self.temporary_keys.insert(credentials.id.clone(), key_pair);
        credentials
    }

    pub(crate) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.temporary_keys.remove_expired(|key| key.expires.is_some_and(&is_expired));
    }
}
