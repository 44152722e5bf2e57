use std::fmt;

use crate::iam::{Principal, Totp};
use crate::state::Key;

/// An IAM user: lasting key pairs, and MFA devices.
///
/// A device makes codes of 30 seconds, and each code works once (RFC 6238).
#[derive(Clone)]
pub struct IamUser {
    who: Principal,
    keys: Vec<(String, Key)>,
    devices: Vec<(String, Totp)>,
}

impl IamUser {
    /// A user of an account.
    pub fn new(account_id: impl Into<String>, name: impl Into<String>) -> Self {
        let who = Principal::User { account: account_id.into(), name: name.into() };
        Self { who, keys: Vec::new(), devices: Vec::new() }
    }

    /// Gives them a lasting key pair. May be given more than once.
    #[must_use]
    pub fn access_key(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        let key = Key {
            secret: secret_access_key.into(),
            session_token: None,
            expires: None,
            who: self.who.clone(),
            mfa: false,
        };
        self.keys.push((access_key_id.into(), key));
        self
    }

    /// Gives them a virtual MFA device: its serial number, such as
    /// `arn:aws:iam::111122223333:mfa/dev`, and its seed in base32.
    ///
    /// Of a seed that is no base32, what can be read of it is the seed.
    #[must_use]
    pub fn mfa_device(mut self, serial_number: impl Into<String>, seed: &str) -> Self {
        self.devices.push((serial_number.into(), Totp::from_base32(seed)));
        self
    }

    pub(super) fn is(&self, who: &Principal) -> bool {
        self.who == *who
    }

    pub(super) fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|(own, _)| own == id).map(|(_, key)| key)
    }

    pub(super) fn device(&self, serial: &str) -> Option<&Totp> {
        self.devices.iter().find(|(own, _)| own == serial).map(|(_, device)| device)
    }
}

impl fmt::Debug for IamUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IamUser").field(&self.who).finish()
    }
}
