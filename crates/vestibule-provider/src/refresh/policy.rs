use std::time::Duration;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// How early to refresh credentials, and what to do when that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// For programs, variables and sources of one's own: they may give the same again until the
    /// very end, so they are asked only in the last ten seconds. A failure is everybody's error,
    /// and nothing expired is handed out.
    #[default]
    Strict,
    /// For instance and container metadata, STS, the access portal and the console sign-in, which
    /// give new credentials whenever asked.
    ///
    /// Five minutes to an hour before the end one caller refreshes while the others go on; in the
    /// last minute all wait for it. If the source cannot be reached, what is held is used on, even
    /// expired, and the source is left in peace for five to ten minutes.
    Stable {
        /// How early to begin. Unset, it goes by the time that the credentials last from when
        /// they came: 5 minutes for up to 20, an hour from 90 on, else 15 minutes.
        advisory: Option<Duration>,
    },
}

impl Policy {
    /// [`Policy::Stable`] with the windows that AWS recommends.
    pub const STABLE: Self = Self::Stable { advisory: None };

    /// How early one caller refreshes, and how early all wait, given how long they last.
    pub(super) fn windows(self, lifetime: Duration) -> (Duration, Duration) {
        match self {
            Self::Strict => (Duration::from_secs(10), Duration::from_secs(10)),
            Self::Stable { advisory } => {
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
    fn windows_go_by_the_time_left() {
        for (lifetime, advisory) in [(0, 5), (20, 5), (21, 15), (89, 15), (90, 60), (720, 60)] {
            let windows = Policy::STABLE.windows(minutes(lifetime));
            assert_eq!(windows, (minutes(advisory), minutes(1)), "{lifetime}");
        }
    }

    #[test]
    fn nobody_waits_before_somebody_may_refresh() {
        let short = Duration::from_secs(30);
        let policy = Policy::Stable { advisory: Some(short) };
        assert_eq!(policy.windows(minutes(60)), (short, short));
    }
}
