//! What is recorded of a session beside its token, for this program alone.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::Timestamp;

use crate::{Fingerprint, NotRefreshable};

/// The record of one session.
///
/// It lies beside the token file and is never a part of it: another tool may replace the token at
/// any time. Every statement names the token that it is about, so that a new token makes it void.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SessionRecord {
    /// Our own sign-in, and the latest token that descends from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) began: Option<Began>,
    /// A refresh that the service refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<RefusedRefresh>,
    /// A refresh that was sent, and whose response never arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered: Option<Fingerprint>,
    /// An access token that the portal rejected although it had not expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked: Option<Fingerprint>,
}

/// When a portal session began, and with which scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Began {
    #[serde(with = "rfc3339")]
    pub(crate) at: Timestamp,
    /// The access token that this is true of.
    pub(crate) access_token: Fingerprint,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefusedRefresh {
    pub(crate) refresh_token: Fingerprint,
    #[serde(with = "rfc3339")]
    pub(crate) at: Timestamp,
    /// What the service said, on one printable line without secrets.
    pub(crate) message: String,
    /// True if an earlier attempt with this refresh token got no response.
    #[serde(default)]
    pub(crate) response_lost: bool,
    /// True if the access token is not to be used either.
    #[serde(default)]
    pub(crate) ends_session: bool,
}

impl SessionRecord {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The refusal of a refresh with this token.
    pub(crate) fn refusal(&self, refresh_token: &Fingerprint) -> Option<&RefusedRefresh> {
        self.refused.as_ref().filter(|refused| refused.refresh_token == *refresh_token)
    }

    /// What is known of the sign-in that this access token descends from.
    pub(crate) fn began(&self, access_token: &Fingerprint) -> Option<&Began> {
        self.began.as_ref().filter(|began| began.access_token == *access_token)
    }
}

impl RefusedRefresh {
    pub(crate) fn reason(&self) -> NotRefreshable {
        let (at, message) = (self.at, self.message.clone());
        if self.response_lost {
            NotRefreshable::ResponseLost { at }
        } else {
            NotRefreshable::Refused { at, message }
        }
    }
}

/// What was learnt of the sessions of one portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PortalRecord {
    /// The longest time after a sign-in at which a refresh succeeded.
    lasted_seconds: u64,
    /// The shortest time after a sign-in at which a refresh was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_after_seconds: Option<u64>,
}

impl PortalRecord {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(crate) fn write(self) -> Vec<u8> {
        serde_json::to_vec(&self).unwrap_or_default()
    }

    /// Learns from a session that still lasted this long after its sign-in.
    pub(crate) fn lasted(&mut self, span: Duration) {
        self.lasted_seconds = self.lasted_seconds.max(span.as_secs());
        // An earlier refusal was a revocation then, or the administrator allows more now.
        self.refused_after_seconds =
            self.refused_after_seconds.filter(|refused| self.lasted_seconds < *refused);
    }

    /// Learns from a session that had expired this long after its sign-in.
    pub(crate) fn refused_after(&mut self, span: Duration) {
        let shortest = self.refused_after_seconds.unwrap_or(u64::MAX).min(span.as_secs());
        self.refused_after_seconds = Some(shortest);
        self.lasted_seconds = self.lasted_seconds.min(shortest);
    }

    /// The probable length of a session: AWS's default, unless it was seen to be wrong.
    pub(crate) fn session_length(self) -> Duration {
        const DEFAULT: u64 = 8 * 60 * 60;
        let longest = self.refused_after_seconds.unwrap_or(u64::MAX).max(self.lasted_seconds);
        Duration::from_secs(DEFAULT.clamp(self.lasted_seconds, longest))
    }

    /// True if the length is not just AWS's default.
    pub(crate) fn has_learnt(self) -> bool {
        self != Self::default()
    }
}

mod rfc3339 {
    use serde::{Deserialize as _, Deserializer, Serializer, de};
    use vestibule_types::Timestamp;

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    #[test]
    fn session_length_is_learnt_from_refusals_and_longer_sessions() {
        let mut portal = PortalRecord::default();
        assert_eq!(portal.session_length(), hours(8));
        portal.refused_after(hours(4));
        assert_eq!(portal.session_length(), hours(4));
        portal.lasted(hours(6));
        assert_eq!(portal.session_length(), hours(8));
        portal.lasted(hours(11));
        assert_eq!(portal.session_length(), hours(11));
        portal.refused_after(hours(13));
        assert_eq!(portal.session_length(), hours(11));
        portal.refused_after(hours(7));
        assert_eq!(portal.session_length(), hours(7));
    }

    #[test]
    fn written_record_is_read_back() {
        let record = SessionRecord {
            began: Some(Began {
                at: Timestamp::EPOCH,
                access_token: Fingerprint::new("a"),
                scopes: vec!["sso:account:access".to_owned()],
            }),
            refused: Some(RefusedRefresh {
                refresh_token: Fingerprint::new("r"),
                at: Timestamp::EPOCH + hours(1),
                message: "invalid_grant".to_owned(),
                response_lost: true,
                ends_session: false,
            }),
            unanswered: Some(Fingerprint::new("u")),
            revoked: None,
        };
        assert_eq!(SessionRecord::read(&record.write()), record);
        assert_eq!(SessionRecord::read(b"{\"began\": 1}"), SessionRecord::default());
        assert!(!String::from_utf8(record.write()).unwrap().contains("revoked"));
    }
}
