use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use shuttle::future::block_on;
use shuttle::thread::yield_now;
use vestibule_types::Timestamp;

use crate::PlantedBug;
use crate::disk::Disk;
use crate::observations::{LossCause, Observations};
use crate::process_state::{Pid, ProcessState};
use crate::random::Random;
use crate::scenario::Scenario;
use crate::service::Service;

/// The payload of the unwinding that ends a killed process.
#[derive(Debug)]
pub(crate) struct Killed;

/// One schedule: a machine, its processes and the service. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Simulation(Arc<Mutex<State>>);

#[derive(Debug)]
pub(crate) struct State {
    /// The true time, which no process sees.
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
    pub(crate) scenario: Scenario,
    pub(crate) planted_bug: Option<PlantedBug>,
    pub(crate) processes: Vec<ProcessState>,
    pub(crate) disk: Disk,
    pub(crate) service: Service,
    pub(crate) observed: Observations,
    pub(crate) trace: Trace,
    /// The number of threads that run.
    pub(crate) threads: usize,
    timers: Vec<Timer>,
    next_timer: u64,
}

#[derive(Debug)]
struct Timer {
    id: u64,
    pid: Pid,
    at: Timestamp,
    waker: Waker,
}

/// The steps of a schedule, as text and as a digest.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Shared with the runner, which needs it also after a panic.
    pub(crate) lines: Option<Arc<Mutex<Vec<String>>>>,
    pub(crate) digest: u64,
    pub(crate) steps: u64,
}

impl Simulation {
    pub(crate) fn new(
        scenario: Scenario,
        random: Random,
        planted_bug: Option<PlantedBug>,
        trace: Option<Arc<Mutex<Vec<String>>>>,
    ) -> Self {
        let now = Timestamp::EPOCH + Duration::from_secs(1_767_225_600);
        let service = Service::new(now, &scenario);
        Self(Arc::new(Mutex::new(State {
            now,
            random,
            disk: Disk::new(scenario.has_read_only_folder),
            scenario,
            planted_bug,
            processes: Vec::new(),
            service,
            observed: Observations::default(),
            trace: Trace { lines: trace, ..Trace::default() },
            threads: 0,
            timers: Vec::new(),
            next_timer: 0,
        })))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether a law is broken.
    pub(crate) fn has_violation(&self) -> bool {
        self.state().observed.violation.is_some()
    }

    pub(crate) fn start_process(&self, name: &str, is_ours: bool, clock_offset: i64) -> Pid {
        let mut state = self.state();
        let pid = state.processes.len();
        state.processes.push(ProcessState::new(format!("{name} {pid}"), is_ours, clock_offset));
        pid
    }

    /// A point between two effects of a process, at which another process may run, time may pass,
    /// and the process may end.
    pub(crate) fn step(&self, pid: Pid, action: &str) {
        let pause = {
            let mut state = self.state();
            state.record(pid, action);
            let faults = state.scenario.faults;
            let elapsed = state.random.up_to(Duration::from_millis(2));
            state.now = state.now + elapsed;
            if state.random.chance(faults.full_disk) {
                state.disk.is_full = !state.disk.is_full;
                state.observed.had_full_disk |= state.disk.is_full;
            }
            if state.random.chance(faults.power_cut) {
                state.cut_power();
            } else if state.random.chance(faults.kill) {
                state.kill(pid, LossCause::ProcessKilled);
            }
            if state.random.chance(faults.stop) {
                let pause = state.random.up_to(Duration::from_secs(600));
                state.observed.had_stopped_process |= state.disk.holds_lock(pid);
                Some(pause)
            } else if state.random.chance(faults.pause) {
                Some(state.random.up_to(Duration::from_secs(2)))
            } else {
                None
            }
        };
        match pause {
            // Not an await: the step may be in the middle of a synchronous effect.
            Some(pause) => block_on(self.sleep(pid, pause)),
            None => yield_now(),
        }
        self.end_if_killed(pid);
    }

    /// Unwinds the stack of a process that was killed.
    pub(crate) fn end_if_killed(&self, pid: Pid) {
        if !self.state().processes[pid].is_alive {
            resume_unwind(Box::new(Killed));
        }
    }

    /// Advances the time to the next timer. Returns false if there is none, or, unless all
    /// processes wait, if it is far away.
    pub(crate) fn advance(&self, all_wait: bool) -> bool {
        const NEAR: Duration = Duration::from_millis(100);
        let due: Vec<Waker> = {
            let mut state = self.state();
            let Some(at) = state.timers.iter().map(|timer| timer.at).min() else { return false };
            if !all_wait && state.now + NEAR < at {
                return true;
            }
            state.now = state.now.max(at);
            let now = state.now;
            let due = state.timers.extract_if(.., |timer| timer.at <= now);
            due.map(|timer| timer.waker).collect()
        };
        due.into_iter().for_each(Waker::wake);
        true
    }
}

impl State {
    pub(crate) fn record(&mut self, pid: Pid, action: &str) {
        let trace = &mut self.trace;
        trace.steps += 1;
        // FNV-1a
        for byte in action.bytes().chain([b'@', u8::try_from(pid).unwrap_or(u8::MAX)]) {
            trace.digest = (trace.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &trace.lines {
            let name = &self.processes[pid].name;
            let milliseconds = self.now.subsec_nanoseconds() / 1_000_000;
            let line = format!("{} +{milliseconds:03} ms  {name}: {action}", self.now);
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// Returns the time by the clock of a process.
    pub(crate) fn local_time(&self, pid: Pid) -> Timestamp {
        let offset = self.processes[pid].clock_offset;
        let span = Duration::from_secs(offset.unsigned_abs());
        if offset < 0 { self.now - span } else { self.now + span }
    }

    pub(crate) fn kill(&mut self, pid: Pid, cause: LossCause) {
        if !self.processes[pid].is_alive {
            return;
        }
        self.record(pid, "is killed");
        self.observed.kills += 1;
        self.end_process(pid);
        self.processes[pid].death = Some(cause);
        self.service.requester_died(pid, cause);
    }

    /// Ends all processes, and with them the schedule.
    pub(crate) fn end_all(&mut self) {
        for pid in 0..self.processes.len() {
            self.end_process(pid);
        }
    }

    /// Releases what a process that ends holds.
    pub(crate) fn end_process(&mut self, pid: Pid) {
        let process = &mut self.processes[pid];
        process.is_alive = false;
        process.wakers.drain(..).for_each(Waker::wake);
        self.disk.unlock_all(pid);
        let now = self.now;
        for timer in self.timers.iter_mut().filter(|timer| timer.pid == pid) {
            timer.at = now;
        }
    }

    fn cut_power(&mut self) {
        for pid in 0..self.processes.len() {
            self.kill(pid, LossCause::PowerCut);
        }
        self.observed.had_power_cut = true;
        let reverted = self.disk.lose_unflushed(&mut self.random);
        for serial in reverted {
            self.service.reverted(serial);
        }
    }

    pub(crate) fn set_timer(&mut self, pid: Pid, at: Timestamp, waker: Waker) -> u64 {
        self.next_timer += 1;
        self.timers.push(Timer { id: self.next_timer, pid, at, waker });
        self.next_timer
    }

    pub(crate) fn cancel_timer(&mut self, id: u64) {
        self.timers.retain(|timer| timer.id != id);
    }

    /// Wakes this future if the process is killed.
    pub(crate) fn wake_when_killed(&mut self, pid: Pid, waker: Waker) {
        self.processes[pid].wakers.push(waker);
    }
}
