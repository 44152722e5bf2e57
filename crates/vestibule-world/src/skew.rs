//! A clock that is wrong is said, once: nobody would think of it when tokens end early or late.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::Response;

/// Less than this is of no consequence.
const TOLERATED: Duration = Duration::from_secs(120);

/// Warns, once per process, if an answer that came within this time is dated far from it.
pub(crate) fn warn_if_apart(response: &Response, sent: Timestamp, received: Timestamp) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let Some((by, which)) = apart(response, sent, received) else { return };
    if !WARNED.swap(true, Ordering::Relaxed) {
        let minutes = (by.as_secs() + 30) / 60;
        tracing::warn!("this machine's clock is {minutes} minutes {which} the service's");
    }
}

/// By how much our clock differs, and which way. What a cache answered says nothing.
fn apart(
    response: &Response,
    sent: Timestamp,
    received: Timestamp,
) -> Option<(Duration, &'static str)> {
    let headers = response.headers();
    if headers.contains_key(http::header::AGE) {
        return None;
    }
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    let theirs = Timestamp::from_http_date(date).ok()?;
    let (ahead, behind) = (sent.saturating_since(theirs), theirs.saturating_since(received));
    if TOLERATED < ahead {
        Some((ahead, "ahead of"))
    } else if TOLERATED < behind {
        Some((behind, "behind"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer of that date to a question that took from 1000 to 1010.
    #[track_caller]
    fn check(dated: u64, expected: Option<(u64, &'static str)>) {
        let at = |seconds| Timestamp::EPOCH + Duration::from_secs(seconds);
        let mut response = http::Response::new(bytes::Bytes::new());
        let date = at(dated).http_date().parse().unwrap();
        response.headers_mut().insert(http::header::DATE, date);
        let expected = expected.map(|(by, which)| (Duration::from_secs(by), which));
        assert_eq!(apart(&response, at(1000), at(1010)), expected);
        response.headers_mut().insert(http::header::AGE, http::HeaderValue::from_static("1"));
        assert_eq!(apart(&response, at(1000), at(1010)), None);
    }

    #[test]
    fn two_minutes_are_tolerated_and_the_time_an_answer_takes() {
        check(1005, None);
        check(880, None);
        check(879, Some((121, "ahead of")));
        check(1130, None);
        check(1131, Some((121, "behind")));
    }
}
