use std::collections::VecDeque;
use std::time::Duration;

use crate::fault::Fault;
use crate::operation::Operation;

/// The largest number of faults that can be scheduled.
const MAX_RULES: usize = 1024;

/// The scheduled faults, in the order in which they were scheduled.
#[derive(Default)]
pub(crate) struct FaultSchedule(VecDeque<Rule>);

/// A fault that is applied to requests for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `None` for any operation.
    pub(crate) operation: Option<Operation>,
    /// `None` for every request.
    pub(crate) times: Option<u32>,
    pub(crate) fault: Fault,
}

/// The faults that are applied to one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AppliedFaults {
    pub(crate) delay: Duration,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) revoke: bool,
    pub(crate) expire_sessions: bool,
    pub(crate) expire_registrations: bool,
    pub(crate) fault: Option<Fault>,
}

impl FaultSchedule {
    /// Adds a rule. If there are too many, the oldest is dropped.
    pub(crate) fn add(&mut self, rule: Rule) {
        if rule.times == Some(0) {
            return;
        }
        if self.0.len() == MAX_RULES {
            self.0.pop_front();
        }
        self.0.push_back(rule);
    }

    pub(crate) fn extend(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            self.add(rule);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the faults for a request and counts them as used: all that can be combined, such as a
    /// delay, and the first of the others.
    pub(crate) fn take(&mut self, operation: Operation) -> AppliedFaults {
        let mut applied = AppliedFaults::default();
        self.0.retain_mut(|rule| {
            if rule.operation.is_some_and(|only| only != operation) {
                return true;
            }
            match (&rule.fault, &applied.fault) {
                (Fault::Latency(span), _) => applied.delay = applied.delay.saturating_add(*span),
                (Fault::RetryAfter(span), _) => applied.retry_after = Some(*span),
                (Fault::Revoke, _) => applied.revoke = true,
                (Fault::ExpireSessions, _) => applied.expire_sessions = true,
                (Fault::ExpireRegistrations, _) => applied.expire_registrations = true,
                (fault, None) => applied.fault = Some(fault.clone()),
                (_, Some(_)) => return true,
            }
            rule.times = rule.times.map(|times| times - 1);
            rule.times != Some(0)
        });
        applied
    }
}

impl AppliedFaults {
    /// Returns whether there is a fault.
    pub(crate) fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::CreateToken;

    #[test]
    fn first_fault_is_taken_with_those_that_combine() {
        let second = Duration::from_secs(1);
        let mut faults = FaultSchedule::default();
        let mut add = |operation, times, fault| faults.add(Rule { operation, times, fault });
        add(Some(OPERATION), Some(2), Fault::slow_down());
        add(Some(Operation::Logout), None, Fault::Reset);
        add(Some(OPERATION), Some(1), Fault::Latency(second));
        add(None, Some(1), Fault::RetryAfter(second));
        add(Some(OPERATION), Some(1), Fault::Html);
        add(Some(OPERATION), Some(0), Fault::Endless);
        let slow = Some(Fault::slow_down());
        let first = faults.take(OPERATION);
        assert!(first.is_any() && !first.revoke);
        assert_eq!((first.delay, first.retry_after), (second, Some(second)));
        assert_eq!(first.fault, slow);
        assert_eq!(
            faults.take(OPERATION),
            AppliedFaults { fault: slow, ..AppliedFaults::default() }
        );
        assert_eq!(faults.take(OPERATION).fault, Some(Fault::Html));
        assert!(!faults.take(OPERATION).is_any());
        for _ in 0..3 {
            assert_eq!(faults.take(Operation::Logout).fault, Some(Fault::Reset));
        }
        faults.clear();
        assert!(!faults.take(Operation::Logout).is_any());
    }
}
