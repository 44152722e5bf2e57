use std::time::Duration;

use vestibule_types::Timestamp;

use crate::console::Console;
use crate::container::ContainerAgents;
use crate::error::Error;
use crate::fault_schedule::FaultSchedule;
use crate::instance::InstanceMetadata;
use crate::log::Log;
use crate::oidc::{DeviceState, Oidc};
use crate::shared::Shared;
use crate::sts::Sts;

/// The time for which expired codes and tokens are stored.
const RETENTION: Duration = Duration::from_secs(3600);

/// The emulated services. The access portal has no state but the sessions.
pub(crate) struct State {
    pub(crate) shared: Shared,
    pub(crate) oidc: Oidc,
    pub(crate) sts: Sts,
    pub(crate) console: Console,
    pub(crate) instance: InstanceMetadata,
    pub(crate) containers: ContainerAgents,
    pub(crate) faults: FaultSchedule,
    pub(crate) log: Log,
}

impl State {
    pub(crate) fn new(
        shared: Shared,
        instance: InstanceMetadata,
        containers: ContainerAgents,
        faults: FaultSchedule,
    ) -> Self {
        Self {
            shared,
            oidc: Oidc::default(),
            sts: Sts::default(),
            console: Console::default(),
            instance,
            containers,
            faults,
            log: Log::default(),
        }
    }

    /// Drops what expired long ago, so that a long run needs no more memory than a short one.
    pub(crate) fn remove_expired(&mut self, now: Timestamp) {
        let is_expired = |expires: Timestamp| expires + RETENTION < now;
        self.oidc.remove_expired(is_expired);
        self.shared.sessions.remove_expired(is_expired);
        self.shared.iam.remove_expired(is_expired);
    }

    /// Moves the expiry of sessions, access tokens and registrations to a later time.
    #[cfg(feature = "server")]
    pub(crate) fn postpone_expiry(&mut self, by: Duration) {
        self.oidc.postpone_expiry(by);
        self.shared.sessions.postpone_expiry(by);
    }

    /// Approves or denies the pending device authorization of a user code.
    pub(crate) fn decide(
        &mut self,
        user_code: &str,
        decision: &DeviceState,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.oidc.devices.decide(user_code, decision, now)
    }

    /// Revokes all sessions.
    pub(crate) fn revoke_sessions(&mut self, now: Timestamp) {
        self.shared.sessions.revoke(None, now);
    }
}
