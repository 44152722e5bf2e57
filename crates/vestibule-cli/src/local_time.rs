//! Times for people: local, with the offset from UTC, and UTC beside it. JSON has UTC only.

use std::fs::File;
use std::io::Read as _;
use std::sync::LazyLock;

use tz::timezone::TimeZoneSettings;
use tz::{TimeZone, TimeZoneRef};
use vestibule::Timestamp;

use crate::duration::spell;

/// Files of time zones have a few kilobytes.
const LONGEST_FILE: u64 = 1 << 20;

/// The time zone of `TZ`, else that of the machine; UTC if neither can be read.
static ZONE: LazyLock<TimeZone> = LazyLock::new(|| {
    let settings = TimeZoneSettings::new(TimeZoneSettings::DEFAULT_DIRECTORIES, |path| {
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST_FILE).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    let zone = match std::env::var("TZ") {
        Ok(name) => settings.parse_posix_tz(&name),
        Err(_) => settings.parse_local(),
    };
    zone.unwrap_or_else(|_| TimeZone::utc())
});

/// Formats a time: `2026-01-02 03:04 +01:00 (02:04Z)`, or `2026-01-02T02:04:05Z` if the local time is
/// UTC.
pub(crate) fn time(at: Timestamp) -> String {
    format(at, None, ZONE.as_ref())
}

/// Formats an expiration: `2026-01-02 03:04 +01:00 (02:04Z, 59m 58s left)`.
pub(crate) fn until(expires_at: Timestamp, now: Timestamp) -> String {
    format(expires_at, Some(now), ZONE.as_ref())
}

/// Formats a time for a narrow column: `2026-01-02 03:04 +01:00`.
pub(crate) fn short(at: Timestamp) -> String {
    local(at, ZONE.as_ref()).unwrap_or_else(|| at.to_string())
}

fn format(at: Timestamp, now: Option<Timestamp>, zone: TimeZoneRef<'_>) -> String {
    let utc = at.to_string();
    let left = now.map(|now| format!("{} left", spell(at.saturating_since(now))));
    let (time, utc) = match local(at, zone) {
        Some(local) => (local, Some(format!("{}Z", day_and_time(&utc).1))),
        None => (utc, None),
    };
    let beside: Vec<_> = utc.into_iter().chain(left).collect();
    if beside.is_empty() { time } else { format!("{time} ({})", beside.join(", ")) }
}

/// Returns the local time, or `None` if it is UTC.
fn local(at: Timestamp, zone: TimeZoneRef<'_>) -> Option<String> {
    let seconds = at.unix_seconds();
    let offset = zone.find_local_time_type(seconds).ok()?.ut_offset();
    let shifted = Timestamp::from_unix(seconds + i64::from(offset), 0).ok()?.to_string();
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    let (day, time) = day_and_time(&shifted);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    (offset != 0).then(|| format!("{day} {time} {sign}{hours:02}:{minutes:02}"))
}

/// Returns the day and the time in minutes of `2026-01-02T03:04:05Z`.
fn day_and_time(time: &str) -> (&str, &str) {
    let (day, time) = time.split_once('T').unwrap_or_default();
    (day, time.get(..5).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const WINTER: Timestamp = Timestamp::EPOCH;

    fn zone(text: &str) -> TimeZone {
        TimeZone::from_posix_tz(text).unwrap()
    }

    #[test]
    fn time_has_offset_and_utc() {
        let summer = WINTER + Duration::from_secs(180 * 86_400);
        for (name, at, expected) in [
            ("CET-1CEST,M3.5.0,M10.5.0/3", WINTER, "1970-01-01 01:00 +01:00 (00:00Z)"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", summer, "1970-06-30 02:00 +02:00 (00:00Z)"),
            ("NST3:30NDT,M3.2.0,M11.1.0", WINTER, "1969-12-31 20:30 -03:30 (00:00Z)"),
            ("UTC0", WINTER, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(format(at, None, zone(name).as_ref()), expected, "{name}");
        }
    }

    #[test]
    fn expiration_has_the_time_left() {
        let end = WINTER + Duration::from_secs(3_600);
        let format = |name: &str| format(end, Some(WINTER), zone(name).as_ref());
        assert_eq!(format("UTC0"), "1970-01-01T01:00:00Z (1h left)");
        assert_eq!(format("CET-1"), "1970-01-01 02:00 +01:00 (01:00Z, 1h left)");
    }
}
