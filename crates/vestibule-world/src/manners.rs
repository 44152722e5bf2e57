use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;
use vestibule_wire::retry::{Outcome, Policy, Quota};

/// What we call ourselves; AWS's own clients lead with their product token too.
const NAME: &str = concat!("vestibule/", env!("CARGO_PKG_VERSION"), " ua/2.1");

/// How a program behaves towards services: how it calls itself, and how often it asks again.
///
/// Clones of a world share one, and with it the quota of retries: where a service is down, all
/// callers together stop asking it again and again.
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
    /// With this many attempts of every call that would be tried again at all, the first included
    /// (`AWS_MAX_ATTEMPTS`). Unset, each operation has its own number; for most it is 3.
    #[must_use]
    pub fn with_attempts(mut self, attempts: impl Into<Option<NonZeroU32>>) -> Self {
        self.attempts = attempts.into();
        self
    }

    /// Says on whose behalf the calls are (`AWS_SDK_UA_APP_ID`); a name that no header carries is
    /// left out.
    #[must_use]
    pub fn with_app_id(mut self, id: &str) -> Self {
        if let Ok(named) = HeaderValue::try_from(format!("{} app/{id}", name())) {
            self.user_agent = named;
        }
        self
    }

    pub(crate) fn user_agent(&self) -> HeaderValue {
        self.user_agent.clone()
    }

    /// The patience of an operation, where nobody said otherwise.
    pub(crate) fn policy(&self, policy: Policy) -> Policy {
        match self.attempts {
            Some(attempts) if 1 < policy.attempts => policy.with_attempts(attempts.get()),
            _ => policy,
        }
    }

    /// Pays for a retry; `None` if too many have failed lately.
    pub(crate) fn spend(&self, on: Outcome) -> Option<u32> {
        self.quota().spend(on)
    }

    /// A call succeeded, after a retry at this cost.
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
    fn the_name_says_what_and_for_whom() {
        let name = CallPolicy::default().user_agent();
        let name = name.to_str().unwrap().to_owned();
        assert!(name.starts_with("vestibule/") && name.ends_with(" lang/rust"), "{name}");
        let named = CallPolicy::default().with_app_id("my-app");
        assert_eq!(named.user_agent(), format!("{name} app/my-app"));
        assert_eq!(CallPolicy::default().with_app_id("a\nb").user_agent(), name);
    }

    #[test]
    fn attempts_that_somebody_set_hold_for_whatever_is_tried_again() {
        let manners = CallPolicy::default().with_attempts(NonZeroU32::new(7));
        assert_eq!(manners.policy(Policy::STANDARD).attempts, 7);
        assert_eq!(manners.policy(Policy::ONCE), Policy::ONCE);
        assert_eq!(CallPolicy::default().policy(Policy::STANDARD), Policy::STANDARD);
    }
}
