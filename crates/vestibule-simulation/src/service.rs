use std::time::Duration;

use vestibule_types::Timestamp;

use crate::observations::LossCause;
use crate::process_state::Pid;
use crate::scenario::{Rotation, Scenario};

/// The lifetime of an access token.
pub(crate) const LIFETIME: Duration = Duration::from_secs(3_600);

/// The token endpoint, with the stage of each token that it issued.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) rotation: Rotation,
    pub(crate) started_at: Timestamp,
    pub(crate) session_expires_at: Timestamp,
    /// The refresh token that works.
    refresh: u64,
    pub(crate) tokens: Vec<IssuedToken>,
    pub(crate) requests: Vec<RefreshRequest>,
}

/// An access token, whose serial number is its place in the list, and the refresh token with it.
#[derive(Debug)]
pub(crate) struct IssuedToken {
    pub(crate) requester: Pid,
    pub(crate) expires_at: Timestamp,
    pub(crate) stage: Stage,
}

/// The last place that a token has reached on its way from the service to the token file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    InFlight,
    Delivered,
    Stored,
    Lost(LossCause),
}

/// A request to refresh.
#[derive(Debug)]
pub(crate) struct RefreshRequest {
    pub(crate) requester: Pid,
    pub(crate) refresh: u64,
    /// The access token that was in the token file.
    pub(crate) generation: Option<u64>,
    pub(crate) outcome: RequestOutcome,
    /// The access token that the service issued for it.
    pub(crate) access: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    Pending,
    Accepted,
    Refused,
    /// The service certainly did not process it.
    NotProcessed,
    /// The requester does not know whether it was processed.
    Unknown,
    /// The requester was killed, or its future dropped.
    Abandoned,
}

/// A successful response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    pub(crate) access: u64,
    pub(crate) refresh: Option<u64>,
}

impl Service {
    pub(crate) fn new(now: Timestamp, scenario: &Scenario) -> Self {
        let first =
            IssuedToken { requester: Pid::MAX, expires_at: now + LIFETIME, stage: Stage::Stored };
        Self {
            rotation: scenario.rotation,
            started_at: now,
            session_expires_at: now + scenario.session_length,
            refresh: 0,
            tokens: vec![first],
            requests: Vec::new(),
        }
    }

    pub(crate) fn accepts(&self, refresh: u64, now: Timestamp) -> bool {
        refresh == self.refresh && now < self.session_expires_at
    }

    /// Processes a refresh.
    pub(crate) fn refresh(
        &mut self,
        requester: Pid,
        refresh: u64,
        now: Timestamp,
    ) -> Option<Grant> {
        if !self.accepts(refresh, now) {
            return None;
        }
        let access = self.tokens.len() as u64;
        let expires_at = now + LIFETIME;
        self.tokens.push(IssuedToken { requester, expires_at, stage: Stage::InFlight });
        if self.rotation == Rotation::New {
            self.refresh = access;
        }
        let refresh = (self.rotation != Rotation::Absent).then_some(self.refresh);
        Some(Grant { access, refresh })
    }

    pub(crate) fn token(&mut self, access: u64) -> Option<&mut IssuedToken> {
        self.tokens.get_mut(usize::try_from(access).ok()?)
    }

    /// Records that the token file has this token.
    pub(crate) fn stored(&mut self, access: u64) {
        if let Some(token) = self.token(access) {
            token.stage = Stage::Stored;
        }
    }

    /// Records that a power cut took this token from the token file.
    pub(crate) fn reverted(&mut self, access: u64) {
        if let Some(token) = self.token(access) {
            token.stage = Stage::Lost(LossCause::PowerCut);
        }
    }

    pub(crate) fn lost(&mut self, access: u64, cause: LossCause) {
        if let Some(token) = self.token(access)
            && token.stage != Stage::Stored
        {
            token.stage = Stage::Lost(cause);
        }
    }

    pub(crate) fn requester_died(&mut self, pid: Pid, cause: LossCause) {
        for token in self.tokens.iter_mut().filter(|token| token.requester == pid) {
            if matches!(token.stage, Stage::InFlight | Stage::Delivered) {
                token.stage = Stage::Lost(cause);
            }
        }
        for request in self.requests.iter_mut().filter(|request| request.requester == pid) {
            if request.outcome == RequestOutcome::Pending {
                request.outcome = RequestOutcome::Abandoned;
            }
        }
    }
}
