use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::civil::Civil;

/// The seconds of 0000-01-01T00:00:00Z and of 9999-12-31T23:59:59Z.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;
const BILLION: u32 = 1_000_000_000;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time, to the nanosecond, in the years 0000 to 9999.
///
/// `Display` is the one form written to files: `YYYY-MM-DDTHH:MM:SSZ`, whole seconds.
/// `FromStr` reads every form found in cache files: `Z`, `UTC` or a numeric offset (or none,
/// which means UTC), a `T` or a space in the middle, up to nine digits of a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Rounded down.
    seconds: i64,
    nanoseconds: u32,
}

/// Error returned when a text or number is not a point in time.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a point in time: expected a form like `2026-01-02T03:04:05Z`")]
#[non_exhaustive]
pub struct InvalidTimestamp;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self { seconds: 0, nanoseconds: 0 };

    /// Creates a timestamp from seconds since the epoch and nanoseconds.
    ///
    /// # Errors
    /// Before the year 0000, after 9999, or a billion nanoseconds and more.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, InvalidTimestamp> {
        if (FIRST..=LAST).contains(&seconds) && nanoseconds < BILLION {
            Ok(Self { seconds, nanoseconds })
        } else {
            Err(InvalidTimestamp)
        }
    }

    /// Creates a timestamp from milliseconds since the epoch, as in responses of the access portal.
    ///
    /// # Errors
    /// Before the year 0000 or after 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        let thousandths = u32::try_from(millis.rem_euclid(1_000)).unwrap_or_default();
        Self::from_unix(millis.div_euclid(1_000), thousandths * 1_000_000)
    }

    /// Returns the whole milliseconds since the epoch, rounded down.
    pub const fn unix_millis(self) -> i64 {
        self.seconds * 1_000 + (self.nanoseconds / 1_000_000) as i64
    }

    /// Returns the whole seconds since the epoch, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Returns the nanoseconds past [`Timestamp::unix_seconds`].
    pub fn subsec_nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// Returns the time since `earlier`; zero if this is not after it.
    pub fn saturating_since(self, earlier: Self) -> Duration {
        if self <= earlier {
            return Duration::ZERO;
        }
        let seconds = u64::try_from(self.seconds - earlier.seconds).unwrap_or_default();
        let later = Duration::new(seconds, self.nanoseconds);
        later.saturating_sub(Duration::from_nanos(earlier.nanoseconds.into()))
    }

    /// Returns the seconds since `other`, rounded towards zero; negative if this is before it.
    pub fn seconds_since(self, other: Self) -> i64 {
        let whole = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        whole(self.saturating_since(other)) - whole(other.saturating_since(self))
    }

    /// Returns the format `date-time` of Smithy: `2026-01-02T03:04:05.000001Z`.
    pub fn date_time(self) -> String {
        self.with_fraction(self.nanoseconds / 1_000 * 1_000)
    }

    /// Returns the format of HTTP's `Date` header: `Tue, 14 Sep 2038 19:43:59 GMT`.
    #[inline]
    pub fn http_date(self) -> String {
        let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(self.seconds);
        let weekday = DAYS[Civil::weekday(self.seconds)];
        let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"");
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// Reads an HTTP `Date` header, with or without a fraction of a second.
    ///
    /// # Errors
    /// Any other form.
    pub fn from_http_date(text: &str) -> Result<Self, InvalidTimestamp> {
        Reader(text.as_bytes()).http_date().ok_or(InvalidTimestamp)
    }

    /// Returns the format of signatures: `20150830T123600Z`.
    pub fn compact(self) -> String {
        let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(self.seconds);
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// Reads the form in signatures.
    ///
    /// # Errors
    /// Any other form.
    #[inline]
    pub fn from_compact(text: &str) -> Result<Self, InvalidTimestamp> {
        Reader(text.as_bytes()).compact().ok_or(InvalidTimestamp)
    }

    fn with_fraction(self, nanoseconds: u32) -> String {
        let mut text = self.to_string();
        if nanoseconds != 0 {
            text.pop();
            let digits = format!("{nanoseconds:09}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
            text.push('Z');
        }
        text
    }

    fn saturating(nanoseconds: i128) -> Self {
        let billion = i128::from(BILLION);
        let seconds = nanoseconds.div_euclid(billion);
        let rest = u32::try_from(nanoseconds.rem_euclid(billion)).unwrap_or_default();
        match i64::try_from(seconds) {
            Ok(seconds @ FIRST..=LAST) => Self { seconds, nanoseconds: rest },
            _ if seconds.is_negative() => Self { seconds: FIRST, nanoseconds: 0 },
            _ => Self { seconds: LAST, nanoseconds: BILLION - 1 },
        }
    }

    fn total_nanoseconds(self) -> i128 {
        i128::from(self.seconds) * i128::from(BILLION) + i128::from(self.nanoseconds)
    }
}

/// Stops at the end of the year 9999.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let span = i128::try_from(span.as_nanos()).unwrap_or(i128::MAX);
        Self::saturating(self.total_nanoseconds().saturating_add(span))
    }
}

/// Stops at the beginning of the year 0000.
impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        let span = i128::try_from(span.as_nanos()).unwrap_or(i128::MAX);
        Self::saturating(self.total_nanoseconds().saturating_sub(span))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        Reader(text.trim().as_bytes()).date_time().ok_or(InvalidTimestamp)
    }
}

/// The rest of a text that is parsed from the front. Methods return `None` for other formats.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn date_time(mut self) -> Option<Timestamp> {
        let year = self.number(4)?;
        self.one_of(b"-")?;
        let month = self.number(2)?;
        self.one_of(b"-")?;
        let day = self.number(2)?;
        self.one_of(b"Tt ")?;
        let (hour, minute, second) = self.time()?;
        let nanoseconds = self.fraction()?;
        let offset = self.zone()?;
        self.end()?;
        let seconds = Civil { year, month, day, hour, minute, second }.seconds()? - offset;
        Timestamp::from_unix(seconds, nanoseconds).ok()
    }

    fn http_date(mut self) -> Option<Timestamp> {
        self.word(&DAYS)?;
        self.exactly(b", ")?;
        let day = self.number(2)?;
        self.exactly(b" ")?;
        let month = i64::try_from(self.word(&MONTHS)? + 1).ok()?;
        self.exactly(b" ")?;
        let year = self.number(4)?;
        self.exactly(b" ")?;
        let (hour, minute, second) = self.time()?;
        let nanoseconds = self.fraction()?;
        self.exactly(b" GMT")?;
        self.end()?;
        let seconds = Civil { year, month, day, hour, minute, second }.seconds()?;
        Timestamp::from_unix(seconds, nanoseconds).ok()
    }

    fn compact(mut self) -> Option<Timestamp> {
        let (year, month, day) = (self.number(4)?, self.number(2)?, self.number(2)?);
        self.exactly(b"T")?;
        let (hour, minute, second) = (self.number(2)?, self.number(2)?, self.number(2)?);
        self.exactly(b"Z")?;
        self.end()?;
        let seconds = Civil { year, month, day, hour, minute, second }.seconds()?;
        Timestamp::from_unix(seconds, 0).ok()
    }

    fn time(&mut self) -> Option<(i64, i64, i64)> {
        let hour = self.number(2)?;
        self.exactly(b":")?;
        let minute = self.number(2)?;
        self.exactly(b":")?;
        Some((hour, minute, self.number(2)?))
    }

    /// Parses nothing, or a point and one to nine digits, as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        if self.exactly(b".").is_none() {
            return Some(0);
        }
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let fraction = u32::try_from(self.number(digits)?).ok()?;
        Some(fraction * 10_u32.pow(9 - u32::try_from(digits).ok()?))
    }

    /// Parses `Z`, `UTC`, an offset with or without a colon, or nothing, as seconds.
    fn zone(&mut self) -> Option<i64> {
        if self.0.is_empty() || self.one_of(b"Zz").is_some() {
            return Some(0);
        }
        self.0 = self.0.trim_ascii_start();
        if self.exactly(b"UTC").is_some() {
            return Some(0);
        }
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2)?;
        // `+01` is as good as `+01:00`.
        let minutes = match (self.exactly(b":"), self.0.is_empty()) {
            (None, true) => 0,
            _ => self.number(2)?,
        };
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
        })
    }

    fn one_of(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn exactly(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Parses one of the words, and returns its index.
    fn word(&mut self, words: &[&str]) -> Option<usize> {
        words.iter().position(|word| self.exactly(word.as_bytes()).is_some())
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(self.seconds);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_fraction(self.nanoseconds))
    }
}

/// Times before the year 0000 and after 9999 become the nearest timestamp.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::EPOCH + after,
            Err(before) => Self::EPOCH - before.duration(),
        }
    }
}

/// The epoch, should the platform's own time not reach so far.
impl From<Timestamp> for SystemTime {
    fn from(at: Timestamp) -> Self {
        let (before, after) =
            (Timestamp::EPOCH.saturating_since(at), at.saturating_since(Timestamp::EPOCH));
        let at = Self::UNIX_EPOCH.checked_sub(before).and_then(|epoch| epoch.checked_add(after));
        at.unwrap_or(Self::UNIX_EPOCH)
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
        reads("2021-12-11T08:18:18+01", "2021-12-11T07:18:18Z");
        reads("2021-12-11T05:48:18-01:30", "2021-12-11T07:18:18Z");
        reads("2021-12-12T07:17:18 +2359", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18.000Z", "2021-12-11T07:18:18Z");
        reads("2021-12-11T07:18:18.123456789Z", "2021-12-11T07:18:18.123456789Z");
        reads("2021-12-11T07:18:18.25Z", "2021-12-11T07:18:18.25Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "soon",
            "2021-12-11",
            "12345",
            "2021-13-11T07:18:18Z",
            "2021-12-11T25:18:18Z",
            "2021-12-11T07:18:18.Z",
            "2021-12-11T07:18:18+1",
            "2021-12-11T07:18:18+24:00",
            "2021-12-11T07:18:18+01:60",
            "2021-12-11T07:18:18Z0",
            "2021-12-11T07:18:18 UTC+1",
            "-0001-01-01T00:00:00Z",
        ] {
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
        assert!(Timestamp::from_compact("20150830T123600Z0").is_err());
        assert!(Timestamp::from_http_date("Sun, 30 Aug 2015 12:36:00 GMT+1").is_err());
    }

    #[test]
    fn milliseconds_are_rounded_down_also_before_the_epoch() {
        for (millis, seconds, nanoseconds) in
            [(1_500, 1, 500_000_000), (-1, -1, 999_000_000), (0, 0, 0)]
        {
            let at = Timestamp::from_unix_millis(millis).unwrap();
            assert_eq!((at.unix_seconds(), at.subsec_nanoseconds()), (seconds, nanoseconds));
            assert_eq!(at.unix_millis(), millis);
        }
        assert_eq!(Timestamp::from_unix(1, 1_999_999).unwrap().unix_millis(), 1_001);
    }

    #[test]
    fn times_outside_the_years_0_to_9999_are_errors() {
        assert!(Timestamp::from_unix(FIRST, 0).is_ok() && Timestamp::from_unix(LAST, 0).is_ok());
        assert!(Timestamp::from_unix(FIRST - 1, 0).is_err());
        assert!(Timestamp::from_unix(LAST + 1, 0).is_err());
        assert!(Timestamp::from_unix(0, BILLION).is_err());
    }

    #[test]
    fn date_time_has_microseconds() {
        let at = |nanoseconds| Timestamp::from_unix(0, nanoseconds).unwrap().date_time();
        assert_eq!(at(1_999), "1970-01-01T00:00:00.000001Z");
        assert_eq!(at(999), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn the_standard_library_has_the_same_times() {
        for seconds in [-1, 0, 1_440_938_160] {
            // The standard library counts tenths of a microsecond on Windows.
            let at = Timestamp::from_unix(seconds, 500).unwrap();
            assert_eq!(Timestamp::from(SystemTime::from(at)), at);
        }
    }

    #[test]
    fn spans_saturate() {
        let at = Timestamp::from_unix(100, 0).unwrap();
        assert_eq!(at.saturating_since(at + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!((at + Duration::from_secs(9)).seconds_since(at), 9);
        assert_eq!(at.seconds_since(at + Duration::from_secs(9)), -9);
        assert_eq!(format!("{:?}", at + Duration::MAX), "9999-12-31T23:59:59.999999999Z");
        assert_eq!(format!("{:?}", at - Duration::MAX), "0000-01-01T00:00:00Z");
        let later = Timestamp::from_unix(100, 500_000_000).unwrap() + Duration::from_millis(600);
        assert_eq!((later.unix_seconds(), later.subsec_nanoseconds()), (101, 100_000_000));
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
