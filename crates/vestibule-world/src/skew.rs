//! A clock that is wrong is said, once: nobody would think of it when tokens end early or late.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::Response;

/// Less than this is of no consequence.
const TOLERATED: Duration = Duration::from_secs(120);

/// How far this machine's clock is from the one that dated an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is one before and one after")]
pub enum Skew {
    /// Ours shows a later time, by this much.
    Ahead(Duration),
    /// Ours shows an earlier time, by this much.
    Behind(Duration),
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Ahead(by) | Self::Behind(by)) = self;
        let minutes = (by.as_secs() + 30) / 60;
        let which = if matches!(self, Self::Ahead(_)) { "ahead of" } else { "behind" };
        write!(f, "{minutes} minutes {which}")
    }
}

/// Warns, once per process, if an answer that came within this time is dated far from it.
pub(crate) fn warn_if_apart(response: &Response, sent: Timestamp, received: Timestamp) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let Some(skew) = Skew::of(response, sent, received) else { return };
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!("this machine's clock is {skew} the service's");
    }
}

impl Skew {
    /// What an answer tells that came within this time; `None` if nothing, or less than matters.
    /// What a cache answered says nothing.
    pub fn of<B>(
        response: &http::Response<B>,
        sent: Timestamp,
        received: Timestamp,
    ) -> Option<Self> {
        let headers = response.headers();
        if headers.contains_key(http::header::AGE) {
            return None;
        }
        let date = headers.get(http::header::DATE)?.to_str().ok()?;
        let theirs = Timestamp::from_http_date(date).ok()?;
        let (ahead, behind) = (sent.saturating_since(theirs), theirs.saturating_since(received));
        if TOLERATED < ahead {
            Some(Self::Ahead(ahead))
        } else if TOLERATED < behind {
            Some(Self::Behind(behind))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer of that date to a question that took from 1000 to 1010.
    #[track_caller]
    fn check(dated: u64, expected: Option<Skew>) {
        let at = |seconds| Timestamp::EPOCH + Duration::from_secs(seconds);
        let mut response = http::Response::new(bytes::Bytes::new());
        let date = at(dated).http_date().parse().unwrap();
        response.headers_mut().insert(http::header::DATE, date);
        assert_eq!(Skew::of(&response, at(1000), at(1010)), expected);
        response.headers_mut().insert(http::header::AGE, http::HeaderValue::from_static("1"));
        assert_eq!(Skew::of(&response, at(1000), at(1010)), None);
    }

    #[test]
    fn two_minutes_are_tolerated_and_the_time_an_answer_takes() {
        check(1005, None);
        check(880, None);
        check(879, Some(Skew::Ahead(Duration::from_secs(121))));
        check(1130, None);
        check(1131, Some(Skew::Behind(Duration::from_secs(121))));
    }
}
