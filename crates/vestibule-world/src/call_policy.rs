use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;
use vestibule_wire::retry::{Outcome, Policy, Quota};

/// The product token of the user agent, which comes first as in AWS's own clients.
const NAME: &str = concat!("vestibule/", env!("CARGO_PKG_VERSION"), " ua/2.1");

/// The user agent, attempts and retry quota of all calls of a program.
///
/// Clones of a world share one, and with it the retry quota: while a service is down, all callers
/// together stop retrying.
#[derive(Debug)]
pub struct CallPolicy {
    user_agent: HeaderValue,
    attempts: Option<NonZeroU32>,
    quota: Mutex<Quota>,
}

impl Default for CallPolicy {
    fn default() -> Self {
        let name = HeaderValue::try_from(name());
        let user_agent = name.unwrap_or_else(|_| HeaderValue::from_static(NAME));
        Self { user_agent, attempts: None, quota: Mutex::default() }
    }
}

impl CallPolicy {
    /// Sets the attempts of each call that is retried at all, including the first
    /// (`AWS_MAX_ATTEMPTS`). Without it, each operation has its own number, mostly 3.
    #[must_use]
    pub fn with_attempts(mut self, attempts: impl Into<Option<NonZeroU32>>) -> Self {
        self.attempts = attempts.into();
        self
    }

    /// Adds the id of an application to the user agent (`AWS_SDK_UA_APP_ID`). An id that no header
    /// can contain is left out.
    #[must_use]
    pub fn with_app_id(mut self, id: &str) -> Self {
        if let Ok(named) = HeaderValue::try_from(format!("{} app/{id}", name())) {
            self.user_agent = named;
        }
        self
    }

    /// Returns whether the attempts of each call are set.
    pub(crate) fn has_attempts(&self) -> bool {
        self.attempts.is_some()
    }

    pub(crate) fn user_agent(&self) -> HeaderValue {
        self.user_agent.clone()
    }

    /// Returns the retry policy of an operation with the attempts that are set.
    pub(crate) fn policy(&self, policy: Policy) -> Policy {
        match self.attempts {
            Some(attempts) if 1 < policy.attempts => policy.with_attempts(attempts.get()),
            _ => policy,
        }
    }

    /// Takes the cost of a retry from the quota; `None` if the quota is used up.
    pub(crate) fn spend(&self, on: Outcome) -> Option<u32> {
        self.quota().spend(on)
    }

    /// Returns the cost of a call's last retry to the quota after its success.
    pub(crate) fn earn(&self, spent: Option<u32>) {
        self.quota().earn(spent);
    }

    fn quota(&self) -> MutexGuard<'_, Quota> {
        self.quota.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name() -> String {
    format!("{NAME} os/{} lang/rust", std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agent_has_product_and_app_id() {
        let name = CallPolicy::default().user_agent();
        let name = name.to_str().unwrap().to_owned();
        assert!(name.starts_with("vestibule/") && name.ends_with(" lang/rust"), "{name}");
        let named = CallPolicy::default().with_app_id("my-app");
        assert_eq!(named.user_agent(), format!("{name} app/my-app"));
        assert_eq!(CallPolicy::default().with_app_id("a\nb").user_agent(), name);
    }

    #[test]
    fn attempts_that_are_set_apply_to_operations_with_retries() {
        let call_policy = CallPolicy::default().with_attempts(NonZeroU32::new(7));
        assert_eq!(call_policy.policy(Policy::STANDARD).attempts, 7);
        assert_eq!(call_policy.policy(Policy::ONCE), Policy::ONCE);
        assert_eq!(CallPolicy::default().policy(Policy::STANDARD), Policy::STANDARD);
    }
}
