use std::time::Duration;

use vestibule_types::Timestamp;

use crate::iam::Principal;
use crate::state::{Key, State};

/// How long before the end of the old credentials there are new ones.
const EARLY: Duration = Duration::from_secs(300);

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
        self.temporary_keys.insert(issued.id.clone(), key);
        issued
    }

    /// What a machine holds for somebody who asks it again and again: refreshed five minutes before
    /// it expires, or never, if the machine cannot reach the service.
    pub(crate) fn held(&mut self, who: Principal, now: Timestamp, cut_off: bool) -> Issued {
        let key = who.arn("aws");
        match self.held.get(&key) {
            Some(held) if cut_off || now + EARLY < held.expires => held.clone(),
            _ => {
                let expires = now + self.config.role_credentials;
                let issued = self.issue(who, false, expires);
                self.held.insert(key, issued.clone());
                issued
            }
        }
    }
}
