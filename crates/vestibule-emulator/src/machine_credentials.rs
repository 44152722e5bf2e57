use std::time::Duration;

use vestibule_types::Timestamp;

use crate::iam::{Principal, TemporaryCredentials};
use crate::shared::Shared;
use crate::table::Table;

/// The time before their expiration at which the credentials of a machine are replaced.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);

/// The role credentials that an instance or a container agent holds, by the ARN of the role session.
#[derive(Default)]
pub(crate) struct MachineCredentials(Table<TemporaryCredentials>);

impl MachineCredentials {
    /// Returns the credentials of a principal, refreshed if they are about to expire.
    ///
    /// A machine that is offline returns the credentials that it has, even expired ones.
    pub(crate) fn get(
        &mut self,
        shared: &mut Shared,
        principal: Principal,
        now: Timestamp,
        is_offline: bool,
    ) -> TemporaryCredentials {
        let arn = principal.arn("aws");
        match self.0.get(&arn) {
            Some(held) if is_offline || now + REFRESH_BEFORE < held.expires => held.clone(),
            _ => {
                let expires = now + shared.settings.role_duration;
                let issued = shared.issue_credentials(principal, false, expires);
                self.0.insert(arn, issued.clone());
                issued
            }
        }
    }
}
