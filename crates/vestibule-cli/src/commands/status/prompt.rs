//! The segment for a shell prompt: profile, account and expiration.

use vestibule::{Base, CachedCredentials, Configuration, SessionState, Status, Timestamp};

use crate::printer::{Printer, Tone};
use crate::screen;

/// Below this many seconds the expiration is near.
const SOON: u64 = 15 * MINUTE;
const MINUTE: u64 = 60;

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
    /// They are refreshed without the user.
    Refreshed(Timestamp),
    At(Timestamp),
    /// Nothing is valid, and the next command refreshes the access token.
    Refreshable,
    /// A sign-in is needed, though cached credentials are used until they expire.
    SignInNeeded(Timestamp),
    /// A sign-in is needed.
    Expired,
    /// Keys that do not expire, or whose expiration is not known.
    Unknown,
}

impl Expiry {
    pub(super) fn new(status: &Status, cached: CachedCredentials, now: Timestamp) -> Self {
        let left = |at: Timestamp| at.saturating_since(now).as_secs();
        let is_near = |at: &Timestamp| (1..SOON).contains(&left(*at));
        let credentials = cached.expires_at.filter(|at| now < *at);
        match &status.state {
            Ok(SessionState::Valid { expires_at, refresh: Err(_) }) => {
                Self::At(credentials.map_or(*expires_at, |at| at.max(*expires_at)))
            }
            Ok(state @ (SessionState::Valid { .. } | SessionState::Refreshable { .. })) => {
                let portal = status.portal_session.map(|session| session.estimated_expiration);
                let token = state.expires_at().filter(|at| MINUTE <= left(*at));
                match (portal.filter(is_near), credentials.or(token)) {
                    (Some(estimate), _) => Self::At(estimate),
                    (None, Some(at)) => Self::Refreshed(at),
                    (None, None) => Self::Refreshable,
                }
            }
            _ => match credentials.filter(|_| cached.suffices_without_token) {
                Some(at) => Self::SignInNeeded(at),
                None => Self::Expired,
            },
        }
    }
}

impl Segment {
    /// Returns the segment of a profile without an SSO session; `None` if it has no credentials.
    pub(super) fn without_session(configuration: &Configuration) -> Option<Self> {
        let plan = configuration.plan().ok()?;
        let source = match &plan.base {
            Base::Keys(_) => "keys",
            Base::Process(_) => "process",
            Base::WebIdentity(_) => "web-identity",
            Base::Named(_) => "credential_source",
            _ => return None,
        };
        let account = plan.roles.last().and_then(|role| role.arn.value.account_id());
        let account = account.map_or_else(|| source.to_owned(), |account| account.to_string());
        let now = configuration.now();
        let cached = configuration.cached_credentials(&plan).expires_at.filter(|at| now < *at);
        let expiry = cached.map_or(Expiry::Unknown, Expiry::Refreshed);
        Some(Self { name: plan.profile.value.clone(), account: Some(account), expiry, now })
    }

    /// Returns the text; `expires_at` is the expiration of credentials in the environment.
    pub(super) fn render(&self, printer: &Printer, expires_at: Option<Timestamp>) -> String {
        let (marker, tone) = marker(expires_at.map_or(self.expiry, Expiry::At), self.now);
        let account = self.account.iter().map(String::as_str);
        let words: Vec<_> = std::iter::once(self.name.as_str()).chain(account).collect();
        let words = screen::printable(&words.join(" "));
        if marker.is_empty() { words } else { format!("{words} {}", printer.tone(tone, &marker)) }
    }
}

/// Returns the time left, `~` or `!`.
fn marker(expiry: Expiry, now: Timestamp) -> (String, Tone) {
    let left = |at: Timestamp| {
        let minutes = at.saturating_since(now).as_secs() / MINUTE;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}m"),
            (hours, minutes) => format!("{hours}h{minutes:02}m"),
        }
    };
    match expiry {
        Expiry::Refreshed(at) => (left(at), Tone::Good),
        Expiry::At(at) if now < at => {
            let is_near = at.saturating_since(now).as_secs() < SOON;
            (left(at), if is_near { Tone::Warning } else { Tone::Good })
        }
        Expiry::Refreshable => ("~".to_owned(), Tone::Good),
        Expiry::SignInNeeded(at) => (format!("{} !", left(at)), Tone::Warning),
        Expiry::At(_) | Expiry::Expired => ("!".to_owned(), Tone::Bad),
        Expiry::Unknown => (String::new(), Tone::Quiet),
    }
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
        let text = segment.render(&Printer::of_text(color), None);
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
        let refreshed = Expiry::Refreshed(Timestamp::EPOCH + Duration::from_secs(14 * 60));
        check(refreshed, Color::Always, "dev Sample ␛[32m14m␛[0m");
        check(Expiry::Refreshable, Color::Always, "dev Sample ␛[32m~␛[0m");
        let cached = Expiry::SignInNeeded(Timestamp::EPOCH + Duration::from_secs(59 * 60));
        check(cached, Color::Always, "dev Sample ␛[33m59m !␛[0m");
        check(Expiry::At(Timestamp::EPOCH), Color::Never, "dev Sample !");
        check(Expiry::Unknown, Color::Always, "dev Sample");
        check(Expiry::Expired, Color::Always, "dev Sample ␛[31;1m!␛[0m");
    }
}
