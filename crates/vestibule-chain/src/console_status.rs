use std::path::PathBuf;
use std::time::Duration;

use vestibule_types::Timestamp;

/// The longest that a console sign-in can be refreshed.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (read 2026-11)
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// What the file of a console sign-in says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConsoleStatus {
    /// Who signed in, or should: the profile's `login_session`.
    pub login_session: String,
    /// Where the credentials are, or would be.
    pub file: PathBuf,
    /// How that stands.
    pub state: ConsoleState,
}

/// How a console sign-in stands, as far as one can tell without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers say each in other words")]
pub enum ConsoleState {
    /// Nobody has signed in.
    Never,
    /// There is a file that is of no use, and why.
    Unusable(String),
    /// The credentials work until then, and are refreshed while the sign-in lasts.
    Live(Timestamp),
    /// The credentials ended then; the sign-in may last, and give others.
    Refreshable(Timestamp),
    /// The credentials ended then, and no sign-in lasts so long.
    Over(Timestamp),
}

impl ConsoleState {
    pub(crate) fn of(end: Timestamp, now: Timestamp) -> Self {
        if now < end {
            Self::Live(end)
        } else if now.saturating_since(end) < LONGEST {
            Self::Refreshable(end)
        } else {
            Self::Over(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_day_ends_it_for_certain() {
        let end = Timestamp::EPOCH + LONGEST;
        let second = Duration::from_secs(1);
        assert_eq!(ConsoleState::of(end, end - second), ConsoleState::Live(end));
        assert_eq!(ConsoleState::of(end, end), ConsoleState::Refreshable(end));
        assert_eq!(ConsoleState::of(end, end + LONGEST - second), ConsoleState::Refreshable(end));
        assert_eq!(ConsoleState::of(end, end + LONGEST), ConsoleState::Over(end));
    }
}
