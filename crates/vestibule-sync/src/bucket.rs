//! When the next call may go out, as a function of time alone.

use std::time::Duration;

use vestibule::Timestamp;

/// How long nobody calls after a refusal; twice as long after the next one in a row.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Turns at even intervals. They cannot be saved up: in no second are there more than the rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    interval: Duration,
    /// The earliest turn that is free.
    next: Timestamp,
    /// The end of the last pause, and how long it was; no length once a call went well.
    paused_until: Timestamp,
    pause: Duration,
}

impl Bucket {
    /// So many turns a second; at least one.
    pub(crate) fn new(rate: u32) -> Self {
        let interval = Duration::from_secs(1) / rate.max(1);
        let epoch = Timestamp::EPOCH;
        Self { interval, next: epoch, paused_until: epoch, pause: Duration::ZERO }
    }

    /// Takes the next turn: how long to wait for it.
    pub(crate) fn turn(&mut self, now: Timestamp) -> Duration {
        let turn = self.next.max(now);
        self.next = turn + self.interval;
        turn.saturating_since(now)
    }

    /// The service asks for patience, perhaps for so long: all wait, not only who was refused.
    pub(crate) fn refused(&mut self, now: Timestamp, asked: Option<Duration>) {
        if now < self.paused_until {
            // Calls that were under way are refused as well; that is one refusal.
            return;
        }
        let doubled = (2 * self.pause).clamp(PAUSE, LONGEST_PAUSE);
        self.pause = asked.map_or(doubled, |asked| doubled.max(asked.min(LONGEST_PAUSE)));
        self.paused_until = now + self.pause;
        self.next = self.next.max(self.paused_until);
    }

    /// A call went well.
    pub(crate) fn served(&mut self, now: Timestamp) {
        if self.paused_until <= now {
            self.pause = Duration::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::EPOCH;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn turns_come_at_even_intervals_and_are_not_saved_up() {
        let mut bucket = Bucket::new(20);
        let waits: Vec<_> = (0..3).map(|_| bucket.turn(START)).collect();
        assert_eq!(waits, [millis(0), millis(50), millis(100)]);
        let later = START + Duration::from_secs(10);
        assert_eq!([bucket.turn(later), bucket.turn(later)], [millis(0), millis(50)]);
    }

    #[test]
    fn a_refusal_makes_all_wait_and_the_next_one_longer() {
        let mut bucket = Bucket::new(20);
        bucket.refused(START, None);
        bucket.refused(START + millis(10), None);
        assert_eq!(bucket.turn(START), millis(1000));
        let again = START + millis(1100);
        bucket.refused(again, None);
        assert_eq!(bucket.turn(again), millis(2000));
        let well = again + millis(2100);
        bucket.served(well);
        bucket.refused(well, Some(Duration::from_secs(7)));
        assert_eq!(bucket.turn(well), millis(7000));
        bucket.refused(well + millis(8000), Some(Duration::MAX));
        assert_eq!(bucket.turn(well + millis(8000)), LONGEST_PAUSE);
    }
}
