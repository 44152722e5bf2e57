use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use crate::operation::Operation;

/// How many rules may wait.
const MOST: usize = 1024;

/// A way for an exchange to go wrong.
///
/// Its text form, for scripts, is that of `Display`: an error code such as `slow_down` or
/// `TooManyRequestsException`, a status such as `503`, `latency:500` in milliseconds,
/// `retry-after:30` in seconds, or one of `revoke`, `html`, `reset`, `reset-mid-body`, `truncate`,
/// `endless`, `stale`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The service refuses with this code, in its own protocol, and does nothing.
    Error(String),
    /// A gateway answers with this status and no body; the service hears nothing.
    Status(StatusCode),
    /// Something in between answers 200 with a page of its own, as a captive portal does.
    Html,
    /// The answer comes this much later. Goes together with any other fault.
    Latency(Duration),
    /// The answer asks the client to come back this much later, in whole seconds (RFC 9110
    /// §10.2.3). Goes together with any other fault.
    RetryAfter(Duration),
    /// All sessions end just before the service hears of the request. Goes together with any
    /// other fault.
    Revoke,
    /// The connection breaks before the service hears of the request.
    Reset,
    /// The service does as asked, and the connection breaks in the middle of its answer.
    ResetMidBody,
    /// The service does as asked, and the second half of its answer is missing.
    Truncate,
    /// The answer never ends.
    Endless,
    /// An instance or a container gives what it gave before, however old, as machines do that
    /// cannot reach the service. The others take no notice.
    Stale,
}

impl Fault {
    /// `slow_down`: ask less often.
    pub fn slow_down() -> Self {
        Self::Error("slow_down".into())
    }

    /// `TooManyRequestsException`: the portal's throttling.
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

/// A text that names no [`Fault`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "not a fault: expected an error code, a status, `latency:MILLISECONDS`, \
     `retry-after:SECONDS`, `revoke`, `html`, `reset`, `reset-mid-body`, `truncate`, `endless` \
     or `stale`"
)]
#[non_exhaustive]
pub struct UnknownFault;

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let number = |digits: &str| digits.parse().map_err(|_| UnknownFault);
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
                text.parse().map(Self::Status).map_err(|_| UnknownFault)
            }
            _ if text.len() <= 64
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                Ok(Self::Error(text.to_owned()))
            }
            _ => Err(UnknownFault),
        }
    }
}

/// What is still to go wrong, in the order it was scripted.
#[derive(Default)]
pub(crate) struct Faults(VecDeque<Rule>);

/// So often, this goes wrong with that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `None` for whichever.
    pub(crate) operation: Option<Operation>,
    /// `None` for ever.
    pub(crate) times: Option<u32>,
    pub(crate) fault: Fault,
}

/// What goes wrong with one exchange.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mishap {
    pub(crate) late: Duration,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) revoke: bool,
    pub(crate) fault: Option<Fault>,
}

impl Faults {
    /// Adds a rule; beyond a thousand, the oldest goes.
    pub(crate) fn add(&mut self, rule: Rule) {
        if rule.times == Some(0) {
            return;
        }
        if self.0.len() == MOST {
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

    /// Spends what applies to the next exchange: the first fault, and all that goes together with
    /// any other.
    pub(crate) fn take(&mut self, operation: Operation) -> Mishap {
        let mut mishap = Mishap::default();
        self.0.retain_mut(|rule| {
            if rule.operation.is_some_and(|only| only != operation) {
                return true;
            }
            match (&rule.fault, &mishap.fault) {
                (Fault::Latency(span), _) => mishap.late = mishap.late.saturating_add(*span),
                (Fault::RetryAfter(span), _) => mishap.retry_after = Some(*span),
                (Fault::Revoke, _) => mishap.revoke = true,
                (fault, None) => mishap.fault = Some(fault.clone()),
                (_, Some(_)) => return true,
            }
            rule.times = rule.times.map(|times| times - 1);
            rule.times != Some(0)
        });
        mishap
    }
}

impl Mishap {
    /// Whether anything is other than it would be.
    pub(crate) fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Operation = Operation::CreateToken;

    #[test]
    fn rules_are_spent_in_order_and_some_go_along() {
        let second = Duration::from_secs(1);
        let mut faults = Faults::default();
        let mut add = |operation, times, fault| faults.add(Rule { operation, times, fault });
        add(Some(HERE), Some(2), Fault::slow_down());
        add(Some(Operation::Logout), None, Fault::Reset);
        add(Some(HERE), Some(1), Fault::Latency(second));
        add(None, Some(1), Fault::RetryAfter(second));
        add(Some(HERE), Some(1), Fault::Html);
        add(Some(HERE), Some(0), Fault::Endless);
        let slow = Some(Fault::slow_down());
        let first = faults.take(HERE);
        assert!(first.is_any() && !first.revoke);
        assert_eq!((first.late, first.retry_after), (second, Some(second)));
        assert_eq!(first.fault, slow);
        assert_eq!(faults.take(HERE), Mishap { fault: slow, ..Mishap::default() });
        assert_eq!(faults.take(HERE).fault, Some(Fault::Html));
        assert!(!faults.take(HERE).is_any());
        for _ in 0..3 {
            assert_eq!(faults.take(Operation::Logout).fault, Some(Fault::Reset));
        }
        faults.clear();
        assert!(!faults.take(Operation::Logout).is_any());
    }

    #[test]
    fn a_fault_is_read_as_it_is_printed() {
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
            assert_eq!(fault, Err(UnknownFault), "{text:?}");
        }
    }
}
