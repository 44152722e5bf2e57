//! The laws: conditions that every schedule fulfills.

use std::time::Duration;

use vestibule_sso::{Error, Token};
use vestibule_types::Timestamp;

use crate::observations::LossCause;
use crate::process_state::Pid;
use crate::service::{RefreshRequest, RequestOutcome, Stage};
use crate::simulation::State;

/// The longest virtual time that a request for a token may take: five waits for the lock, 150
/// seconds each while other processes take it in turn, and slow exchanges.
const LONGEST_REQUEST: Duration = Duration::from_secs(30 * 60);

/// Whether the stored token can be refreshed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Session {
    Alive,
    Expired,
    Lost(LossCause),
    /// No cause explains that it is not alive.
    Unexplained(Stage),
}

impl State {
    /// Ends the schedule, since a law is broken.
    pub(crate) fn violation(&mut self, law: String) {
        self.observed.violation.get_or_insert(law);
        self.end_all();
    }

    pub(crate) fn session(&mut self) -> Session {
        if self.service.session_expires_at <= self.now {
            return Session::Expired;
        }
        let refresh = self.disk.token().and_then(|token| token.refresh);
        if refresh.is_some_and(|refresh| self.service.accepts(refresh, self.now)) {
            return Session::Alive;
        }
        let Some(last) = self.service.tokens.last() else { return Session::Alive };
        let is_ours = self.processes.get(last.requester).is_none_or(|process| process.is_ours);
        let death = self.processes.get(last.requester).and_then(|process| process.death);
        match last.stage {
            _ if !is_ours || self.disk.is_spoiled_by_other_client() => {
                Session::Lost(LossCause::OtherClient)
            }
            Stage::Lost(cause) => Session::Lost(cause),
            _ if self.observed.had_stopped_process => Session::Lost(LossCause::ProcessStopped),
            _ if self.disk.is_read_only => Session::Lost(LossCause::KeptInMemory),
            Stage::Stored if !self.scenario.lockless_clients.is_empty() => {
                Session::Lost(LossCause::OtherClient)
            }
            stage => death.map_or(Session::Unexplained(stage), Session::Lost),
        }
    }

    /// Notes whether a request for a token begins while the user has to sign in.
    pub(crate) fn request_begins(&mut self) {
        if matches!(self.session(), Session::Expired | Session::Lost(_)) {
            self.observed.justify(self.now);
        }
    }

    /// Checks a request to refresh before it is sent, and returns its place in the list.
    pub(crate) fn request_is_sent(&mut self, requester: Pid, refresh: u64) -> usize {
        let token = self.disk.token();
        let generation = token.map(|token| token.access);
        if self.processes[requester].is_ours
            // In a read-only folder processes have tokens and records of their own.
            && !(self.observed.had_stopped_process || self.disk.is_read_only)
            && let Some(broken) = self.broken_by_request(requester, refresh, generation)
        {
            self.violation(broken);
        }
        let outcome = RequestOutcome::Pending;
        let request = RefreshRequest { requester, refresh, generation, outcome, access: None };
        self.service.requests.push(request);
        self.service.requests.len() - 1
    }

    fn broken_by_request(
        &mut self,
        requester: Pid,
        refresh: u64,
        generation: Option<u64>,
    ) -> Option<String> {
        let faults = self.scenario.faults;
        let forgets_records = self.observed.had_full_disk || self.observed.had_power_cut;
        let loses_processes = 0 < faults.kill + faults.power_cut;
        if self.processes[requester].has_helper
            && !loses_processes
            && !forgets_records
            && faults.no_helper == 0
        {
            return Some("a program refreshed in its own process, not in a helper".to_owned());
        }
        let has_expired = self.processes[requester].was_rejected
            || self.disk.token().is_none_or(|token| token.expires_at <= self.local_time(requester));
        let has_lockless = !self.scenario.lockless_clients.is_empty();
        for earlier in &self.service.requests {
            let is_same = earlier.refresh == refresh && earlier.generation == generation;
            let process = &self.processes[earlier.requester];
            if !is_same || !process.is_ours {
                continue;
            }
            let stage = earlier
                .access
                .and_then(|access| self.service.tokens.get(usize::try_from(access).ok()?))
                .map(|token| token.stage);
            let allowed = match (earlier.outcome, stage) {
                (RequestOutcome::Accepted, Some(Stage::Stored)) => has_lockless,
                (RequestOutcome::Accepted, Some(Stage::Lost(_)))
                | (RequestOutcome::NotProcessed, _) => true,
                // On a full disk the record does not show that the lock has another holder.
                (RequestOutcome::Pending, _) => self.observed.had_full_disk,
                (RequestOutcome::Accepted, _) => false,
                (RequestOutcome::Refused, _) => forgets_records || process.death.is_some(),
                (RequestOutcome::Unknown | RequestOutcome::Abandoned, _) => {
                    has_expired || forgets_records
                }
            };
            if !allowed {
                return Some(format!(
                    "refresh token {refresh} was sent again by {}, after {} had sent it: {:?}, {stage:?}",
                    self.processes[requester].name, process.name, earlier.outcome,
                ));
            }
        }
        None
    }

    /// Checks that a refused refresh has a cause.
    pub(crate) fn request_is_refused(&mut self, requester: Pid) {
        if !self.processes[requester].is_ours {
            return;
        }
        match self.session() {
            Session::Alive => {}
            Session::Expired | Session::Lost(_) => self.observed.justify(self.now),
            Session::Unexplained(stage) => {
                let name = &self.processes[requester].name;
                let law =
                    format!("the refresh token of {name} was refused, without a cause: {stage:?}");
                self.violation(law);
            }
        }
    }

    /// Checks the result of a request for a token that began at this time.
    pub(crate) fn check_result(
        &mut self,
        pid: Pid,
        started: Timestamp,
        result: &Result<Token, Error>,
        access: Option<u64>,
    ) {
        let elapsed = self.now.saturating_since(started);
        if !self.observed.had_stopped_process {
            self.observed.longest_request = self.observed.longest_request.max(elapsed);
            if LONGEST_REQUEST < elapsed {
                self.violation(format!("a request for a token took {elapsed:?}"));
            }
        }
        let broken = match result {
            Ok(_) => self.broken_by_token(started, access),
            Err(error) if error.needs_sign_in() => {
                let justified = match self.session() {
                    Session::Expired | Session::Lost(_) => true,
                    Session::Alive | Session::Unexplained(_) => {
                        self.observed.last_justified.is_some_and(|at| started <= at)
                    }
                };
                (!justified).then(|| format!("the user has to sign in, without a cause: {error}"))
            }
            Err(Error::Store(error)) => {
                let has_cause = self.disk.is_read_only || self.observed.had_full_disk;
                (!has_cause).then(|| format!("the store failed, without a cause: {error}"))
            }
            Err(error) => {
                let faults = self.scenario.faults;
                let has_cause =
                    0 < faults.network + faults.kill + faults.power_cut + faults.dropped_future;
                (!has_cause).then(|| format!("no token, without a cause: {error}"))
            }
        };
        if let Some(broken) = broken {
            let name = self.processes[pid].name.clone();
            self.violation(format!("{name}: {broken}"));
        }
    }

    fn broken_by_token(&self, started: Timestamp, access: Option<u64>) -> Option<String> {
        let tokens = &self.service.tokens;
        let token = access.and_then(|access| tokens.get(usize::try_from(access).ok()?));
        let Some(token) = token else {
            return Some("a token that the service never issued".to_owned());
        };
        let expires_at = token.expires_at;
        // Other tools count the lifetime from the response.
        let is_of_other_client =
            self.processes.get(token.requester).is_some_and(|process| !process.is_ours);
        let clocks_agree = self.scenario.clients.iter().all(|client| client.clock_offset == 0);
        let is_expired = expires_at <= started && clocks_agree && !is_of_other_client;
        is_expired.then(|| format!("a token that expired at {expires_at}"))
    }
}
