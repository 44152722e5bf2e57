use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// A point in time, to the nanosecond, in the years 0000 to 9999.
///
/// `Display` is the one form written to files: `YYYY-MM-DDTHH:MM:SSZ`, whole seconds.
/// `FromStr` reads every form found in cache files: `Z`, `UTC` or a numeric offset (or none,
/// which means UTC), a `T` or a space in the middle, up to nine digits of a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text or number that is no [`Timestamp`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a point in time: expected a form like `2026-01-02T03:04:05Z`")]
#[non_exhaustive]
pub struct InvalidTimestamp;

/// 0000-01-01T00:00:00Z, in seconds since the epoch.
const YEAR_ZERO: i64 = -62_167_219_200;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// Seconds since the epoch, and nanoseconds on top.
    ///
    /// # Errors
    /// Before the year 0000, after 9999, or a billion nanoseconds and more.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, InvalidTimestamp> {
        let nanoseconds = i32::try_from(nanoseconds).map_err(|_| InvalidTimestamp)?;
        jiff::Timestamp::new(seconds, nanoseconds)
            .ok()
            .and_then(Self::in_range)
            .ok_or(InvalidTimestamp)
    }

    /// Milliseconds since the epoch, as the access portal counts.
    ///
    /// # Errors
    /// Before the year 0000 or after 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        jiff::Timestamp::from_millisecond(millis)
            .ok()
            .and_then(Self::in_range)
            .ok_or(InvalidTimestamp)
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn unix_seconds(self) -> i64 {
        let seconds = self.0.as_second();
        if self.0.subsec_nanosecond() < 0 { seconds - 1 } else { seconds }
    }

    /// The nanoseconds past [`Timestamp::unix_seconds`].
    pub fn subsec_nanoseconds(self) -> u32 {
        u32::try_from(self.0.subsec_nanosecond().rem_euclid(1_000_000_000)).unwrap_or_default()
    }

    /// How long after `earlier` this is; zero if it is not after.
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or_default()
    }

    /// How many seconds after `other` this is; negative if before. Rounded towards zero.
    pub fn seconds_since(self, other: Self) -> i64 {
        self.0.duration_since(other.0).as_secs()
    }

    /// ISO 8601 to the microsecond, as AWS's protocols print it: `2026-01-02T03:04:05.000001Z`.
    pub fn date_time(self) -> String {
        let micros = jiff::Timestamp::from_microsecond(
            self.0.as_nanosecond().div_euclid(1000).try_into().unwrap_or(0),
        );
        micros.map_or_else(|_| self.to_string(), |at| at.to_string())
    }

    /// The form of HTTP's `Date` header: `Tue, 14 Sep 2038 19:43:59 GMT`.
    pub fn http_date(self) -> String {
        self.civil().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// Reads an HTTP `Date` header, with or without a fraction of a second.
    ///
    /// # Errors
    /// Any other form.
    pub fn from_http_date(text: &str) -> Result<Self, InvalidTimestamp> {
        BrokenDownTime::parse("%a, %d %b %Y %H:%M:%S%.f GMT", text)
            .and_then(|parts| parts.to_datetime())
            .ok()
            .and_then(Self::from_civil)
            .ok_or(InvalidTimestamp)
    }

    /// The form in signatures: `20150830T123600Z`.
    pub fn compact(self) -> String {
        self.civil().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// Reads the form in signatures.
    ///
    /// # Errors
    /// Any other form.
    pub fn from_compact(text: &str) -> Result<Self, InvalidTimestamp> {
        DateTime::strptime("%Y%m%dT%H%M%SZ", text)
            .ok()
            .and_then(Self::from_civil)
            .ok_or(InvalidTimestamp)
    }

    fn civil(self) -> DateTime {
        TimeZone::UTC.to_datetime(self.0)
    }

    fn from_civil(civil: DateTime) -> Option<Self> {
        TimeZone::UTC.to_timestamp(civil).ok().and_then(Self::in_range)
    }

    fn in_range(at: jiff::Timestamp) -> Option<Self> {
        // Later than the year 9999 there is none; a calendar would cost half of what a clock does.
        (YEAR_ZERO <= at.as_second()).then_some(Self(at))
    }
}

/// Stops at the end of the year 9999.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        self.0.checked_add(span).ok().and_then(Self::in_range).unwrap_or(Self(jiff::Timestamp::MAX))
    }
}

/// Stops at the epoch if the result would lie before the year 0000.
impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        self.0.checked_sub(span).ok().and_then(Self::in_range).unwrap_or(Self::EPOCH)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let text = text.trim();
        let parsed = match text.strip_suffix("UTC") {
            Some(bare) => format!("{}Z", bare.trim_end()).parse(),
            None if has_zone(text) => text.parse(),
            None => format!("{text}Z").parse(),
        };
        parsed.ok().and_then(Self::in_range).ok_or(InvalidTimestamp)
    }
}

/// A zone stands after the time of day: `Z`, or a sign there.
fn has_zone(text: &str) -> bool {
    text.find(['T', 't', ' ']).is_some_and(|at| text[at..].contains(['Z', 'z', '+', '-']))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil().strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<Timestamp>().map(|at| format!("{at:?}")),
            Ok(expected.into()),
            "{text}"
        );
    }

    #[test]
    fn every_form_in_the_wild_is_read() {
        reads("2021-12-11T07:18:18Z", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18UTC", "2021-12-11T07:18:18Z");
        reads("2021-12-11 07:18:18 UTC", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18", "2021-12-11T07:18:18Z");
        reads("2021-12-11T08:18:18+01:00", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18-0000", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18.000Z", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18.123456789Z", "2021-12-11T07:18:18.123456789Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "soon", "2021-12-11", "12345", "2021-13-11T07:18:18Z", "-0001-01-01T00:00:00Z"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn signatures_and_dates() {
        let at = Timestamp::from_compact("20150830T123600Z").unwrap();
        assert_eq!(at.compact(), "20150830T123600Z");
        assert_eq!(at.http_date(), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(Timestamp::from_http_date("Sun, 30 Aug 2015 12:36:00 GMT"), Ok(at));
        assert_eq!(at.unix_seconds(), 1_440_938_160);
    }

    #[test]
    fn spans_saturate() {
        let at = Timestamp::from_unix(100, 0).unwrap();
        assert_eq!(at.saturating_since(at + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!((at + Duration::from_secs(9)).seconds_since(at), 9);
        assert_eq!((at + Duration::MAX).to_string(), "9999-12-30T22:00:00Z");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Timestamp>();
            let _ = Timestamp::from_http_date(&text);
        }

        #[test]
        fn what_is_written_is_read_back(seconds in -62_167_219_200_i64..253_402_000_000) {
            let at = Timestamp::from_unix(seconds, 0).unwrap();
            prop_assert_eq!(at.to_string().parse::<Timestamp>(), Ok(at));
            prop_assert_eq!(Timestamp::from_http_date(&at.http_date()), Ok(at));
            prop_assert_eq!(Timestamp::from_compact(&at.compact()), Ok(at));
            prop_assert_eq!(at.unix_seconds(), seconds);
        }
    }
}
