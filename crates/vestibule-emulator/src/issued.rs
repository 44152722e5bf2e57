use vestibule_types::Timestamp;

use crate::iam::Principal;
use crate::state::{Key, State};

/// Temporary credentials that STS will know again.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) session_token: String,
    pub(crate) expires: Timestamp,
}

impl State {
    /// Credentials of somebody, with or without a code of an MFA device, until then.
    pub(crate) fn issue(&mut self, who: Principal, mfa: bool, expires: Timestamp) -> Issued {
        let issued = Issued {
            id: self.mint.access_key_id(),
            secret: self.mint.secret_access_key(),
            session_token: self.mint.secret("IQoJb3JpZ2luX2Vj", 240),
            expires,
        };
        let key = Key {
            secret: issued.secret.clone(),
            session_token: Some(issued.session_token.clone()),
            expires: Some(expires),
            who,
            mfa,
        };
        self.role_keys.insert(issued.id.clone(), key);
        issued
    }
}
