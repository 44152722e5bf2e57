use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};

/// The extension of expired credentials: a minimum, and a random part.
const MIN_EXTENSION: Duration = Duration::from_secs(600);
const JITTER: Duration = Duration::from_secs(300);

/// Returns the credentials of an instance; those that have expired are extended by 10 to 15 minutes
/// (static stability).
///
/// While an instance cannot reach IAM, instance metadata returns the last credentials, and most
/// services accept them. The periods are those of the SDK for Rust. `jitter` is a random number in
/// `0.0..1.0`.
///
/// Returns `None` if the credentials have not expired.
pub fn extend_if_expired(
    credentials: &Credentials,
    now: Timestamp,
    jitter: f64,
) -> Option<Credentials> {
    let until = now + MIN_EXTENSION + JITTER.mul_f64(jitter.clamp(0.0, 1.0));
    credentials.is_expired(now).then(|| credentials.clone().with_expires_at(until))
}

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;

    use super::*;

    #[test]
    fn only_expired_credentials_are_extended() {
        let expires = Timestamp::EPOCH + Duration::from_secs(1000);
        let keys =
            Credentials::new("AKID", SecretAccessKey::new("hidden")).with_expires_at(expires);
        let extended = |now: u64, jitter| {
            let now = Timestamp::EPOCH + Duration::from_secs(now);
            extend_if_expired(&keys, now, jitter)
                .map(|keys| keys.expires_at().unwrap().unix_seconds())
        };
        assert_eq!(extended(999, 0.5), None);
        assert_eq!(extended(1000, 0.0), Some(1600));
        assert_eq!(extended(5000, 0.5), Some(5750));
    }
}
