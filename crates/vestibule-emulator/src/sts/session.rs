use std::time::Duration;

use vestibule_types::Timestamp;

use crate::escape::escape;
use crate::iam::Principal;
use crate::issued::Issued;
use crate::state::State;

/// Somebody in a role, for a while.
pub(super) struct Session {
    pub(super) who: Principal,
    pub(super) mfa: bool,
    pub(super) until: Timestamp,
    pub(super) partition: &'static str,
}

impl Session {
    /// What all ways into a role have in common in their answers.
    pub(super) fn open(self, state: &mut State) -> String {
        let (id, arn) = (self.who.id(), self.who.arn(self.partition));
        let credentials = credentials(&state.issue(self.who, self.mfa, self.until));
        format!(
            "{credentials}<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn>\
             </AssumedRoleUser>",
            escape(&id),
            escape(&arn)
        )
    }
}

pub(super) fn credentials(issued: &Issued) -> String {
    format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>",
        issued.id,
        escape(&issued.secret),
        escape(&issued.session_token),
        issued.expires,
    )
}

/// An element, if there is something to put into it.
pub(super) fn element(name: &str, text: Option<&str>) -> String {
    let element = |text| format!("<{name}>{}</{name}>", escape(text));
    text.map(element).unwrap_or_default()
}

/// When something ends that begins now, to the second, as STS counts.
pub(super) fn until(now: Timestamp, duration: Duration) -> Timestamp {
    let until = now + duration;
    Timestamp::from_unix(until.unix_seconds(), 0).unwrap_or(until)
}
