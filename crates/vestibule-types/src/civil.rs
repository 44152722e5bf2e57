//! Dates and times of day in UTC: the proleptic Gregorian calendar, years 0000 to 9999.

const DAY: i64 = 86_400;
/// A cycle of the calendar, in years and in days.
const CYCLE_YEARS: i64 = 400;
const CYCLE_DAYS: i64 = 146_097;
/// The days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl Civil {
    /// Creates the date and time this many seconds after the epoch.
    ///
    /// Years begin in March here, so that a leap day is the last day of its year. They are counted
    /// within cycles of 400 years, all of which have the same number of days.
    pub(crate) fn from_seconds(seconds: i64) -> Self {
        let (days, time) = (seconds.div_euclid(DAY) + EPOCH_DAYS, seconds.rem_euclid(DAY));
        let (cycle, day) = (days.div_euclid(CYCLE_DAYS), days.rem_euclid(CYCLE_DAYS));
        // Subtracts the leap days so far: every 4 years, except in years divisible by 100 and not by 400.
        let year = (day - day / 1_460 + day / 36_524 - day / (CYCLE_DAYS - 1)) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Counted from March, every five months have 153 days.
        let from_march = (5 * day + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year + cycle * CYCLE_YEARS + i64::from(month <= 2),
            month,
            day: day - (153 * from_march + 2) / 5 + 1,
            hour: time / 3_600,
            minute: time / 60 % 60,
            second: time % 60,
        }
    }

    /// Returns the seconds since the epoch; `None` for a date or time that does not exist. A leap
    /// second counts as the second before it.
    pub(crate) fn seconds(self) -> Option<i64> {
        let Self { year, month, day, hour, minute, second } = self;
        let exists = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        if !exists {
            return None;
        }
        let year = year - i64::from(month <= 2);
        let (cycle, year) = (year.div_euclid(CYCLE_YEARS), year.rem_euclid(CYCLE_YEARS));
        let from_march = if month <= 2 { month + 9 } else { month - 3 };
        let day = (153 * from_march + 2) / 5 + day - 1 + 365 * year + year / 4 - year / 100;
        let days = cycle * CYCLE_DAYS + day - EPOCH_DAYS;
        Some(days * DAY + hour * 3_600 + minute * 60 + second.min(59))
    }

    /// Returns the day of the week; 0 is Monday.
    pub(crate) fn weekday(seconds: i64) -> usize {
        // The epoch was a Thursday.
        usize::try_from((seconds.div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or_default()
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_follows_the_one_before() {
        let mut expected = Civil { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
        let mut at = expected.seconds().unwrap();
        while expected.year <= 2_400 {
            assert_eq!(Civil::from_seconds(at), expected);
            assert_eq!(expected.seconds(), Some(at));
            at += DAY;
            expected.day += 1;
            if days_in(expected.year, expected.month) < expected.day {
                expected = Civil { day: 1, month: expected.month + 1, ..expected };
            }
            if expected.month == 13 {
                expected = Civil { month: 1, year: expected.year + 1, ..expected };
            }
        }
    }

    #[test]
    fn date_that_does_not_exist_has_no_seconds() {
        let date = |month, day| Civil { year: 2_023, month, day, hour: 0, minute: 0, second: 0 };
        assert_eq!(date(2, 29).seconds(), None);
        assert_eq!(date(13, 1).seconds(), None);
        assert_eq!(date(0, 1).seconds(), None);
        assert_eq!(date(4, 31).seconds(), None);
    }
}
