use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

/// The most faults that can be scheduled.
const MAX_RULES: usize = 1024;

/// A fault of a service or of the network.
///
/// Its text form, for scripts, is that of `Display`: an error code such as `slow_down` or
/// `TooManyRequestsException`, a status such as `503`, `latency:500` in milliseconds,
/// `retry-after:30` in seconds, or one of `revoke`, `html`, `reset`, `reset-mid-body`, `truncate`,
/// `endless`, `stale`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The service sends an error response with this code, and does nothing else.
    Error(String),
    /// A gateway sends a response with this status and no body. The service gets no request.
    Status(StatusCode),
    /// A captive portal sends a page with status 200. The service gets no request.
    Html,
    /// The response is delayed. Can be combined with any other fault.
    Latency(Duration),
    /// The response has `Retry-After` in seconds (RFC 9110 §10.2.3). Can be combined with any other
    /// fault.
    RetryAfter(Duration),
    /// All sessions are revoked before the service gets the request. Can be combined with any other
    /// fault.
    Revoke,
    /// The connection is closed before the service gets the request.
    Reset,
    /// The service handles the request, and the connection is closed in the middle of the response.
    ResetMidBody,
    /// The service handles the request, and the second half of the response is missing.
    Truncate,
    /// The response never ends. The service gets no request.
    Endless,
    /// An instance or a container agent sends the credentials of the last response, even if they
    /// have expired, as one does that is offline. Has no effect on the other services.
    Stale,
}

impl Fault {
    /// Returns the error `slow_down`, which asks the client to poll less often.
    pub fn slow_down() -> Self {
        Self::Error("slow_down".into())
    }

    /// Returns the error `TooManyRequestsException`, with which the portal throttles.
    pub fn throttled() -> Self {
        Self::Error("TooManyRequestsException".into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) => f.write_str(code),
            Self::Status(status) => f.write_str(status.as_str()),
            Self::Latency(span) => write!(f, "latency:{}", span.as_millis()),
            Self::RetryAfter(span) => write!(f, "retry-after:{}", span.as_secs()),
            Self::Revoke => f.write_str("revoke"),
            Self::Html => f.write_str("html"),
            Self::Reset => f.write_str("reset"),
            Self::ResetMidBody => f.write_str("reset-mid-body"),
            Self::Truncate => f.write_str("truncate"),
            Self::Endless => f.write_str("endless"),
            Self::Stale => f.write_str("stale"),
        }
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |digits: &str| digits.parse().map_err(|_| unknown(text));
        if let Some(millis) = text.strip_prefix("latency:") {
            return Ok(Self::Latency(Duration::from_millis(number(millis)?)));
        }
        if let Some(seconds) = text.strip_prefix("retry-after:") {
            return Ok(Self::RetryAfter(Duration::from_secs(number(seconds)?)));
        }
        match text {
            "revoke" => Ok(Self::Revoke),
            "html" => Ok(Self::Html),
            "reset" => Ok(Self::Reset),
            "reset-mid-body" => Ok(Self::ResetMidBody),
            "truncate" => Ok(Self::Truncate),
            "endless" => Ok(Self::Endless),
            "stale" => Ok(Self::Stale),
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().map(Self::Status).map_err(|_| unknown(text))
            }
            _ if text.len() <= 64
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                Ok(Self::Error(text.to_owned()))
            }
            _ => Err(unknown(text)),
        }
    }
}

fn unknown(text: &str) -> Error {
    let message = format!(
        "`{text}` is not a fault; write an error code, a status, `latency:MILLISECONDS`, \
         `retry-after:SECONDS`, `revoke`, `html`, `reset`, `reset-mid-body`, `truncate`, \
         `endless` or `stale`"
    );
    Error::new(ErrorKind::UnknownFault, message)
}

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

    /// Takes the faults of the next request: the first one, and those that can be combined with it.
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
    /// Whether there is a fault.
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

    #[test]
    fn fault_is_parsed_as_it_is_displayed() {
        for text in [
            "slow_down",
            "ExpiredToken",
            "503",
            "latency:250",
            "retry-after:30",
            "revoke",
            "html",
            "reset",
        ] {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
        for text in ["", "latency:x", "retry-after:", "99", "12345", "two words", "<b>"] {
            let fault = text.parse::<Fault>();
            assert_eq!(fault.unwrap_err().kind(), ErrorKind::UnknownFault, "{text:?}");
        }
    }
}
