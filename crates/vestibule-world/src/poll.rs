use std::io;
use std::path::Path;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::{BoxFuture, Guard, World};

/// The pause between two attempts to read a file that is being written, or to take a lock.
const INTERVAL: Duration = Duration::from_millis(50);

/// An interval between attempts, up to a deadline.
#[derive(Debug)]
pub struct PollInterval<'a> {
    world: &'a World,
    interval: Duration,
    deadline: Timestamp,
    attempt_began: Timestamp,
}

impl PollInterval<'_> {
    /// Pauses once. Returns false, without a pause, if the last attempt began at the deadline or later.
    ///
    /// The time of the attempt counts and not the current time: a process that was suspended past the
    /// deadline makes one more attempt.
    pub async fn pause(&mut self) -> bool {
        if self.deadline <= self.attempt_began {
            return false;
        }
        let left = self.deadline.saturating_since(self.world.clock.now());
        self.world.clock.sleep(self.interval.min(left)).await;
        self.attempt_began = self.world.clock.now();
        true
    }
}

impl World {
    /// Returns an interval for a caller that retries for at most this long.
    pub fn poll(&self, interval: Duration, at_most: Duration) -> PollInterval<'_> {
        let now = self.clock.now();
        PollInterval { world: self, interval, deadline: now + at_most, attempt_began: now }
    }

    /// Reads a value until it is complete, for at most half a second, and returns the last one read.
    ///
    /// A file is incomplete while a tool that does not replace files atomically writes it.
    pub async fn read_until_stable<'a, T: Send>(
        &self,
        mut read: impl FnMut() -> BoxFuture<'a, T> + Send,
        is_incomplete: impl Fn(&T) -> bool + Send,
    ) -> T {
        let mut poll = self.poll(INTERVAL, INTERVAL * 9);
        loop {
            let value = read().await;
            if !is_incomplete(&value) || !poll.pause().await {
                return value;
            }
        }
    }

    /// Takes the lock that a file of this name represents, waiting for another holder at most this
    /// long; `None` if it is still held then.
    ///
    /// # Errors
    /// The lock file cannot be created.
    pub async fn lock_file(
        &self,
        path: &Path,
        at_most: Duration,
    ) -> io::Result<Option<Box<dyn Guard>>> {
        let mut poll = self.poll(INTERVAL, at_most);
        let mut waiting = None;
        loop {
            let guard = self.files.try_lock(path)?;
            if guard.is_some() {
                return Ok(guard);
            }
            // The span begins with the first failed attempt and lasts until this returns.
            waiting.get_or_insert_with(|| tracing::debug_span!("wait", what = "another process"));
            if !poll.pause().await {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{block_on, memory};

    #[test]
    fn held_lock_is_waited_for_until_the_deadline() {
        let world = memory::world();
        let path = Path::new("/a.lock");
        let wait = Duration::from_secs(2);
        let held = block_on(world.lock_file(path, wait)).unwrap();
        let start = world.clock.now();
        assert!(block_on(world.lock_file(path, wait)).unwrap().is_none());
        assert_eq!(world.clock.now().saturating_since(start), wait);
        drop(held);
        assert!(block_on(world.lock_file(path, wait)).unwrap().is_some());
    }

    #[test]
    fn incomplete_value_is_read_again_ten_times() {
        let world = memory::world();
        let count = |complete_at: u32| {
            let mut reads = 0;
            let read = move || -> BoxFuture<'static, u32> {
                reads += 1;
                Box::pin(std::future::ready(reads))
            };
            block_on(world.read_until_stable(read, move |reads| *reads < complete_at))
        };
        assert_eq!(count(3), 3);
        assert_eq!(count(100), 10);
    }

    #[test]
    fn attempt_that_was_suspended_past_the_deadline_is_repeated() {
        let clock = memory::Clock::default();
        let world = World { clock: Arc::new(clock.clone()), ..memory::world() };
        let mut reads = 0;
        let read = move || -> BoxFuture<'static, u32> {
            clock.advance(Duration::from_secs(600));
            reads += 1;
            Box::pin(std::future::ready(reads))
        };
        assert_eq!(block_on(world.read_until_stable(read, |reads| *reads < 9)), 2);
    }
}
