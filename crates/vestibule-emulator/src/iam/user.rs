use std::fmt;

use super::keys::KeyPair;
use super::principal::Principal;
use super::totp::Totp;

/// An IAM user with long-term access keys and MFA devices.
///
/// A device has a new code every 30 seconds, and each code is accepted once (RFC 6238).
#[derive(Clone)]
pub struct IamUser {
    principal: Principal,
    keys: Vec<(String, KeyPair)>,
    devices: Vec<(String, Totp)>,
}

impl IamUser {
    /// Creates a user of an account.
    pub fn new(account_id: impl Into<String>, name: impl Into<String>) -> Self {
        let principal = Principal::User { account: account_id.into(), name: name.into() };
        Self { principal, keys: Vec::new(), devices: Vec::new() }
    }

    /// Adds a long-term access key. May be called more than once.
    #[must_use]
    pub fn access_key(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        let key = KeyPair {
            secret: secret_access_key.into(),
            session_token: None,
            expires: None,
            principal: self.principal.clone(),
            mfa: false,
        };
        self.keys.push((access_key_id.into(), key));
        self
    }

    /// Adds a virtual MFA device by its serial number, such as `arn:aws:iam::111122223333:mfa/dev`,
    /// and its seed in base32.
    ///
    /// Characters of the seed that are not base32 are ignored.
    #[must_use]
    pub fn mfa_device(mut self, serial_number: impl Into<String>, seed: &str) -> Self {
        self.devices.push((serial_number.into(), Totp::from_base32(seed)));
        self
    }

    pub(super) fn is_principal(&self, principal: &Principal) -> bool {
        self.principal == *principal
    }

    pub(super) fn key_pair(&self, id: &str) -> Option<&KeyPair> {
        self.keys.iter().find(|(own, _)| own == id).map(|(_, key)| key)
    }

    pub(super) fn device(&self, serial: &str) -> Option<&Totp> {
        self.devices.iter().find(|(own, _)| own == serial).map(|(_, device)| device)
    }
}

impl fmt::Debug for IamUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IamUser").field(&self.principal).finish()
    }
}
