//! The segment for a shell prompt: profile, account and expiration.

use vestibule::{SessionState, Status as SessionStatus, Timestamp};

use crate::printer::{Printer, Tone};
use crate::screen;

/// Below this many seconds the expiration is near.
const SOON: u64 = 15 * 60;

/// The parts of the segment.
#[derive(Debug)]
pub(super) struct Segment {
    /// The profile, or the session if there is no profile.
    pub(super) name: String,
    /// The account by its name, or by its id if the name is not known.
    pub(super) account: Option<String>,
    pub(super) expiry: Expiry,
    pub(super) now: Timestamp,
}

/// When the credentials expire.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expiry {
    At(Timestamp),
    /// The access token has expired and is refreshed on next use.
    Refreshable,
    /// A sign-in is needed.
    Expired,
    /// Keys that do not expire, or whose expiration is not known.
    Unknown,
}

impl From<&SessionStatus> for Expiry {
    fn from(status: &SessionStatus) -> Self {
        match &status.state {
            Ok(SessionState::Valid { expires_at, .. }) => Self::At(*expires_at),
            Ok(SessionState::Refreshable { .. }) => Self::Refreshable,
            _ => Self::Expired,
        }
    }
}

impl Segment {
    /// Returns the text; `expires_at` is the expiration of credentials in the environment.
    pub(super) fn render(&self, printer: &Printer, expires_at: Option<Timestamp>) -> String {
        let (sign, tone) = sign(expires_at.map_or(self.expiry, Expiry::At), self.now);
        let account = self.account.iter().map(String::as_str);
        let words: Vec<_> = std::iter::once(self.name.as_str()).chain(account).collect();
        let words = screen::printable(&words.join(" "));
        if sign.is_empty() { words } else { format!("{words} {}", printer.tone(tone, &sign)) }
    }
}

/// Returns the time left, `~` or `!`.
fn sign(expiry: Expiry, now: Timestamp) -> (String, Tone) {
    let seconds = match expiry {
        Expiry::At(at) if now < at => at.saturating_since(now).as_secs(),
        Expiry::Refreshable => return ("~".to_owned(), Tone::Warning),
        Expiry::Unknown => return (String::new(), Tone::Quiet),
        Expiry::At(_) | Expiry::Expired => return ("!".to_owned(), Tone::Bad),
    };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let left = if hours == 0 { format!("{minutes}m") } else { format!("{hours}h{minutes:02}m") };
    (left, if seconds < SOON { Tone::Warning } else { Tone::Good })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::args::Color;

    #[track_caller]
    fn check(expiry: Expiry, color: Color, expected: &str) {
        let (name, account) = ("dev".to_owned(), Some("Sample".to_owned()));
        let segment = Segment { name, account, expiry, now: Timestamp::EPOCH };
        let text = segment.render(&Printer::new(false, color, false), None);
        assert_eq!(text.replace('\u{1b}', "␛"), expected);
    }

    fn after(minutes: u64) -> Expiry {
        Expiry::At(Timestamp::EPOCH + Duration::from_secs(minutes * 60 + 1))
    }

    #[test]
    fn segment_shows_the_time_left_and_is_colored_as_it_runs_out() {
        check(after(485), Color::Never, "dev Sample 8h05m");
        check(after(59), Color::Always, "dev Sample ␛[32m59m␛[0m");
        check(after(14), Color::Always, "dev Sample ␛[33m14m␛[0m");
        check(Expiry::Refreshable, Color::Always, "dev Sample ␛[33m~␛[0m");
        check(Expiry::At(Timestamp::EPOCH), Color::Never, "dev Sample !");
        check(Expiry::Unknown, Color::Always, "dev Sample");
        check(Expiry::Expired, Color::Always, "dev Sample ␛[31;1m!␛[0m");
    }
}
