use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};

/// By how much expired credentials are prolonged, and by how much more at random.
const LEAST: Duration = Duration::from_secs(600);
const SPREAD: Duration = Duration::from_secs(300);

/// Credentials of an instance that have expired, as if they lasted for another 10 to 15 minutes.
///
/// An instance that cannot reach IAM goes on giving out what it has, and most services go on
/// accepting it: better to try, and to ask again soon, than to stop. Spans are those of the SDK
/// for Rust. `jitter` is a random number in `0.0..1.0`.
///
/// `None` if they have not expired.
pub fn extend_if_expired(
    credentials: &Credentials,
    now: Timestamp,
    jitter: f64,
) -> Option<Credentials> {
    let until = now + LEAST + SPREAD.mul_f64(jitter.clamp(0.0, 1.0));
    credentials.is_expired(now).then(|| credentials.clone().with_expiry(until))
}

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;

    use super::*;

    #[test]
    fn only_what_has_expired_is_prolonged() {
        let end = Timestamp::EPOCH + Duration::from_secs(1000);
        let keys = Credentials::new("AKID", SecretAccessKey::new("hidden")).with_expiry(end);
        let extended = |now: u64, jitter| {
            let now = Timestamp::EPOCH + Duration::from_secs(now);
            extend_if_expired(&keys, now, jitter).map(|keys| keys.expires().unwrap().unix_seconds())
        };
        assert_eq!(extended(999, 0.5), None);
        assert_eq!(extended(1000, 0.0), Some(1600));
        assert_eq!(extended(5000, 0.5), Some(5750));
    }
}
