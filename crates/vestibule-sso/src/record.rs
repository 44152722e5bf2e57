//! The record of a session, which is stored beside its token.

use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_types::json::{self, Object, Output};
use zeroize::Zeroizing;

use crate::{Fingerprint, NotRefreshable};

/// The record of one session.
///
/// It is not part of the token file, since another tool may replace that at any time. Each entry
/// names the token that it is about, so that a new token makes it void.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionRecord {
    /// The start of the session, if this program signed in, and its latest token.
    pub(crate) began: Option<SessionStart>,
    /// A refresh that the service refused.
    pub(crate) refused: Option<RefusedRefresh>,
    /// The refresh token of a request that has no response yet, or whose response was lost.
    pub(crate) awaiting_response: Option<Fingerprint>,
    /// A random id of the last request to refresh. A time would not identify it, since clocks differ.
    pub(crate) request_id: Option<String>,
    /// An access token that the portal rejected although it had not expired.
    pub(crate) revoked: Option<Fingerprint>,
}

/// The time at which a portal session began, and its scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionStart {
    pub(crate) at: Timestamp,
    /// The latest access token of this session.
    pub(crate) access_token: Fingerprint,
    pub(crate) scopes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefusedRefresh {
    pub(crate) refresh_token: Fingerprint,
    pub(crate) at: Timestamp,
    /// The message of the service, on one printable line without secrets.
    pub(crate) message: String,
    /// Whether an earlier attempt with this refresh token got no response.
    pub(crate) response_lost: bool,
    /// Whether the access token must not be used either.
    pub(crate) ends_session: bool,
}

impl SessionRecord {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Object::read(bytes).and_then(Self::from_object).unwrap_or_default()
    }

    fn from_object(mut record: Object<'_>) -> Result<Self, json::Error> {
        Ok(Self {
            began: record.get_object("began")?.map(SessionStart::from_object).transpose()?,
            refused: record.get_object("refused")?.map(RefusedRefresh::from_object).transpose()?,
            awaiting_response: record.get("unanswered")?,
            request_id: record.get("requestId")?,
            revoked: record.get("revoked")?,
        })
    }

    pub(crate) fn write(&self) -> Zeroizing<Vec<u8>> {
        Output::default()
            .with("began", self.began.as_ref().map(SessionStart::to_output))
            .with("refused", self.refused.as_ref().map(RefusedRefresh::to_output))
            .with("unanswered", self.awaiting_response.as_ref().map(Fingerprint::as_str))
            .with("requestId", self.request_id.as_deref())
            .with("revoked", self.revoked.as_ref().map(Fingerprint::as_str))
            .to_vec_compact()
    }

    /// Returns the refusal of a refresh with this token.
    pub(crate) fn refusal(&self, refresh_token: &Fingerprint) -> Option<&RefusedRefresh> {
        self.refused.as_ref().filter(|refused| refused.refresh_token == *refresh_token)
    }

    /// Returns the start of the session of this access token.
    pub(crate) fn began(&self, access_token: &Fingerprint) -> Option<&SessionStart> {
        self.began.as_ref().filter(|began| began.access_token == *access_token)
    }
}

impl SessionStart {
    fn from_object(mut start: Object<'_>) -> Result<Self, json::Error> {
        Ok(Self {
            at: start.require("at")?,
            access_token: start.require("accessToken")?,
            scopes: start.get("scopes")?.unwrap_or_default(),
        })
    }

    fn to_output(&self) -> Output<'_> {
        Output::default()
            .with("at", self.at)
            .with("accessToken", self.access_token.as_str())
            .with("scopes", &*self.scopes)
    }
}

impl RefusedRefresh {
    fn from_object(mut refused: Object<'_>) -> Result<Self, json::Error> {
        Ok(Self {
            refresh_token: refused.require("refreshToken")?,
            at: refused.require("at")?,
            message: refused.get("message")?.unwrap_or_default(),
            response_lost: refused.get("responseLost")?.unwrap_or_default(),
            ends_session: refused.get("endsSession")?.unwrap_or_default(),
        })
    }

    fn to_output(&self) -> Output<'_> {
        Output::default()
            .with("refreshToken", self.refresh_token.as_str())
            .with("at", self.at)
            .with("message", &*self.message)
            .with("responseLost", self.response_lost)
            .with("endsSession", self.ends_session)
    }

    pub(crate) fn reason(&self) -> NotRefreshable {
        let (at, message) = (self.at, self.message.clone());
        if self.response_lost {
            NotRefreshable::ResponseLost { at }
        } else {
            NotRefreshable::Refused { at, message }
        }
    }
}

/// The length of sessions of one portal, as far as it was observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortalRecord {
    /// The longest time after a sign-in at which a refresh succeeded.
    lasted_seconds: u64,
    /// The shortest time after a sign-in at which a refresh was refused. One refusal may be that of a
    /// session that an administrator revoked.
    refused_after_seconds: Option<u64>,
    /// The second shortest such time. Two sessions had expired by then, so a single revocation does not
    /// count.
    refused_twice_after: Option<u64>,
}

impl PortalRecord {
    /// The length of sessions for which an administrator has set none.
    const DEFAULT_LENGTH: Duration = Duration::from_secs(8 * 60 * 60);
    /// The shortest length that an administrator can set.
    const SHORTEST_LENGTH: Duration = Duration::from_secs(15 * 60);

    pub(crate) fn read(bytes: &[u8]) -> Self {
        Object::read(bytes).and_then(Self::from_object).unwrap_or_default()
    }

    fn from_object(mut record: Object<'_>) -> Result<Self, json::Error> {
        Ok(Self {
            lasted_seconds: record.get("lastedSeconds")?.unwrap_or_default(),
            refused_after_seconds: record.get("refusedAfterSeconds")?,
            refused_twice_after: record.get("refusedTwiceAfter")?,
        })
    }

    pub(crate) fn write(self) -> Zeroizing<Vec<u8>> {
        Output::default()
            .with("lastedSeconds", self.lasted_seconds)
            .with("refusedAfterSeconds", self.refused_after_seconds)
            .with("refusedTwiceAfter", self.refused_twice_after)
            .to_vec_compact()
    }

    /// Records that a session was valid this long after its sign-in.
    pub(crate) fn lasted(&mut self, span: Duration) {
        let is_outlived = |refused: u64| refused <= span.as_secs();
        if self.refused_after_seconds.is_some_and(is_outlived) {
            // The refused session was revoked, or the administrator allows longer sessions since then.
            self.refused_after_seconds =
                self.refused_twice_after.take().filter(|refused| !is_outlived(*refused));
        }
        if self.session_length() < span {
            self.lasted_seconds = span.as_secs();
        }
    }

    /// Records that a session had expired this long after its sign-in.
    pub(crate) fn refused_after(&mut self, span: Duration) {
        if span < Self::SHORTEST_LENGTH {
            return;
        }
        let seconds = span.as_secs();
        let Some(shortest) = self.refused_after_seconds else {
            self.refused_after_seconds = Some(seconds);
            return;
        };
        let second = self.refused_twice_after.unwrap_or(u64::MAX);
        let second = second.min(shortest.max(seconds));
        self.refused_after_seconds = Some(shortest.min(seconds));
        self.refused_twice_after = Some(second);
        self.lasted_seconds = self.lasted_seconds.min(second);
    }

    /// Returns the probable length of a session: AWS's default, unless sessions showed otherwise.
    pub(crate) fn session_length(self) -> Duration {
        let longest = self.refused_twice_after.unwrap_or(u64::MAX).max(self.lasted_seconds);
        Duration::from_secs(Self::DEFAULT_LENGTH.as_secs().clamp(self.lasted_seconds, longest))
    }

    /// Returns `true` if the length was learned from sessions.
    pub(crate) fn is_learned(self) -> bool {
        self.session_length() != Self::DEFAULT_LENGTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    #[test]
    fn session_length_is_learned_from_refusals_and_longer_sessions() {
        let mut portal = PortalRecord::default();
        assert_eq!(portal.session_length(), hours(8));
        for span in [5, 4] {
            portal.refused_after(hours(span));
        }
        assert_eq!(portal.session_length(), hours(5));
        assert!(portal.is_learned());
        portal.lasted(hours(6));
        assert_eq!(portal.session_length(), hours(8));
        assert!(!portal.is_learned());
        portal.lasted(hours(11));
        assert_eq!(portal.session_length(), hours(11));
        for span in [13, 14] {
            portal.refused_after(hours(span));
        }
        assert_eq!(portal.session_length(), hours(11));
        portal.refused_after(hours(7));
        assert_eq!(portal.session_length(), hours(11));
        portal.refused_after(hours(6));
        assert_eq!(portal.session_length(), hours(7));
    }

    #[test]
    fn session_length_after_one_revocation_is_the_default() {
        let mut portal = PortalRecord::default();
        portal.refused_after(hours(2));
        // No administrator can set less than 15 minutes, however often that happens.
        for _ in 0..3 {
            portal.refused_after(Duration::from_secs(5 * 60));
        }
        assert_eq!(portal.session_length(), hours(8));
        assert!(!portal.is_learned());
        // The next session lasted longer, so that the first refusal no longer counts.
        portal.lasted(hours(3));
        portal.refused_after(hours(4));
        assert_eq!(portal.session_length(), hours(8));
    }

    #[test]
    fn written_record_is_read_back() {
        let record = SessionRecord {
            began: Some(SessionStart {
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
            awaiting_response: Some(Fingerprint::new("u")),
            request_id: Some("0011".to_owned()),
            revoked: None,
        };
        assert_eq!(SessionRecord::read(&record.write()), record);
        assert_eq!(SessionRecord::read(b"{\"began\": 1}"), SessionRecord::default());
        assert!(!String::from_utf8_lossy(&record.write()).contains("revoked"));
    }

    #[test]
    fn second_refusal_counts_until_a_session_lasts_longer() {
        for (lasted, expected) in [
            // It was shorter than the second refusal, which is now the first of two.
            (hours(4), hours(7)),
            // It was longer than both, so that one more refusal is the first of two.
            (hours(6), hours(8)),
        ] {
            let mut portal = PortalRecord::default();
            portal.refused_after(hours(3));
            portal.refused_after(hours(6));
            assert_eq!(portal.session_length(), hours(6));
            portal.lasted(lasted);
            assert_eq!(portal.session_length(), hours(8));
            portal.refused_after(hours(7));
            assert_eq!(portal.session_length(), expected, "{lasted:?}");
        }
    }

    #[test]
    fn shortest_length_of_an_administrator_is_learned() {
        for (minutes, expected) in [(15, 15), (14, 8 * 60)] {
            let mut portal = PortalRecord::default();
            for _ in 0..2 {
                portal.refused_after(Duration::from_secs(minutes * 60));
            }
            assert_eq!(portal.session_length(), Duration::from_secs(expected * 60));
        }
    }

    #[test]
    fn written_portal_record_is_read_back() {
        let mut portal = PortalRecord::default();
        for span in [13, 14] {
            portal.refused_after(hours(span));
        }
        portal.lasted(hours(11));
        assert_eq!(PortalRecord::read(&portal.write()), portal);
        assert_eq!(PortalRecord::read(b"[]"), PortalRecord::default());
    }
}
