use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use crate::random::Random;

/// The task that advances virtual time: the first one of a schedule.
const CLOCK: usize = 0;

/// The state that the scheduler shares with the schedule that it runs.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    seed: AtomicU64,
    clock_is_alone: AtomicBool,
    stop: AtomicBool,
}

impl Turn {
    /// Returns the seed of the schedule that runs.
    pub(crate) fn seed(&self) -> u64 {
        self.seed.load(Ordering::Relaxed)
    }

    /// Returns true if every process waits, so that time has to advance.
    pub(crate) fn clock_is_alone(&self) -> bool {
        self.clock_is_alone.load(Ordering::Relaxed)
    }

    /// Makes the schedule that runs the last one.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Runs one schedule for each seed, and chooses the next process at random.
///
/// shuttle's own random scheduler treats all tasks alike. This one runs the clock mostly when all
/// others wait: an hour must not pass between two steps of a process.
#[derive(Debug)]
pub(crate) struct SeededScheduler {
    seeds: Range<u64>,
    turn: Arc<Turn>,
    random: Random,
}

impl SeededScheduler {
    pub(crate) fn new(seeds: Range<u64>, turn: Arc<Turn>) -> Self {
        Self { seeds, turn, random: Random::new(0) }
    }
}

impl Scheduler for SeededScheduler {
    fn new_execution(&mut self) -> Option<Schedule> {
        if self.turn.stop.load(Ordering::Relaxed) {
            return None;
        }
        let seed = self.seeds.next()?;
        self.turn.seed.store(seed, Ordering::Relaxed);
        self.random = Random::new(!seed);
        Some(Schedule::new(seed))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        let has_clock = runnable.iter().any(|task| usize::from(task.id()) == CLOCK);
        let processes = runnable.len() - usize::from(has_clock);
        let clock = has_clock && (processes == 0 || self.random.chance(4_000));
        self.turn.clock_is_alone.store(clock && processes == 0, Ordering::Relaxed);
        let is_eligible = |task: &&&Task| (usize::from(task.id()) == CLOCK) == clock;
        let count = if clock { 1 } else { processes };
        let index = usize::try_from(self.random.below(count as u64)).unwrap_or_default();
        runnable.iter().filter(is_eligible).nth(index).map(|task| task.id())
    }

    fn next_u64(&mut self) -> u64 {
        self.random.next()
    }
}
