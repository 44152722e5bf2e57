use std::time::Duration;

use vestibule_types::Timestamp;

use crate::escape::escape;
use crate::iam::{Principal, TemporaryCredentials};
use crate::shared::Shared;

/// A session of an assumed role.
pub(super) struct Session {
    pub(super) principal: Principal,
    pub(super) mfa: bool,
    pub(super) expires: Timestamp,
    pub(super) partition: &'static str,
}

impl Session {
    /// Issues the credentials, and returns the elements that all results have.
    pub(super) fn open(self, shared: &mut Shared) -> String {
        let (id, arn) = (self.principal.id(), self.principal.arn(self.partition));
        let credentials = shared.issue_credentials(self.principal, self.mfa, self.expires);
        let credentials = self::credentials(&credentials);
        format!(
            "{credentials}<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn>\
             </AssumedRoleUser>",
            escape(&id),
            escape(&arn)
        )
    }
}

pub(super) fn credentials(issued: &TemporaryCredentials) -> String {
    format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>",
        issued.id,
        escape(&issued.secret),
        escape(&issued.session_token),
        issued.expires,
    )
}

/// Returns an element, or nothing without a text.
pub(super) fn element(name: &str, text: Option<&str>) -> String {
    let element = |text| format!("<{name}>{}</{name}>", escape(text));
    text.map(element).unwrap_or_default()
}

/// Returns the expiration, to the second, as in STS.
pub(super) fn expires_after(now: Timestamp, duration: Duration) -> Timestamp {
    let expires = now + duration;
    Timestamp::from_unix(expires.unix_seconds(), 0).unwrap_or(expires)
}
