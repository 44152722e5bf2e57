use std::time::Duration;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// The time at which credentials are refreshed, and the handling of failed refreshes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshPolicy {
    /// Refreshes in the last ten seconds, and never returns expired credentials.
    ///
    /// For programs, variables and custom sources, which may give the same credentials again until
    /// they expire, and for credentials that cost the user an MFA code. A failed refresh is an error
    /// for every caller.
    #[default]
    Strict,
    /// Refreshes early, and never returns expired credentials.
    ///
    /// For the access portal, STS and console login, which issue new credentials on every request.
    /// Five minutes to an hour before the expiration one caller refreshes while the others use the
    /// cached credentials; in the last minute all wait for the refresh. After a failed refresh the
    /// cached credentials are used until they expire, with a retry at most 30 seconds later; after
    /// that, callers get the error, with a retry at most 5 seconds later.
    Early {
        /// The time before the expiration at which refreshes begin. `None` for a time that depends on
        /// the lifetime of the credentials: 5 minutes for up to 20 minutes, an hour for 90 minutes or
        /// more, else 15 minutes.
        advisory: Option<Duration>,
    },
    /// Refreshes early, and returns expired credentials while the source cannot be reached.
    ///
    /// For the metadata services of EC2 instances and containers, for which AWS documents this
    /// behavior as *static stability*: AWS may extend the validity of such credentials during an
    /// outage. After a failed refresh the next attempt is five to ten minutes later.
    StaticStability {
        /// As in [`RefreshPolicy::Early`].
        advisory: Option<Duration>,
    },
}

impl RefreshPolicy {
    /// [`RefreshPolicy::Early`] with the windows that AWS recommends.
    pub const EARLY: Self = Self::Early { advisory: None };

    /// [`RefreshPolicy::StaticStability`] with the windows that AWS recommends.
    pub const STATIC_STABILITY: Self = Self::StaticStability { advisory: None };

    /// Returns how early one caller refreshes, and how early all wait, for this lifetime.
    pub(super) fn windows(self, lifetime: Duration) -> (Duration, Duration) {
        match self {
            Self::Strict => (Duration::from_secs(10), Duration::from_secs(10)),
            Self::Early { advisory } | Self::StaticStability { advisory } => {
                let advisory = advisory.unwrap_or_else(|| recommended(lifetime));
                (advisory, advisory.min(minutes(1)))
            }
        }
    }
}

fn recommended(lifetime: Duration) -> Duration {
    if lifetime <= minutes(20) {
        minutes(5)
    } else if lifetime < minutes(90) {
        minutes(15)
    } else {
        minutes(60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_depend_on_lifetime() {
        for (lifetime, advisory) in [(0, 5), (20, 5), (21, 15), (89, 15), (90, 60), (720, 60)] {
            let windows = RefreshPolicy::EARLY.windows(minutes(lifetime));
            assert_eq!(windows, (minutes(advisory), minutes(1)), "{lifetime}");
        }
    }

    #[test]
    fn mandatory_window_is_within_advisory_window() {
        let short = Duration::from_secs(30);
        let policy = RefreshPolicy::Early { advisory: Some(short) };
        assert_eq!(policy.windows(minutes(60)), (short, short));
    }
}
