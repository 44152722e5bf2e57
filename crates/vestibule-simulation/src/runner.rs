use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shuttle::{Config, FailurePersistence, MaxSteps, Runner, thread};

use crate::disk::TOKEN_FILE;
use crate::laws::Session;
use crate::lockless_client::first_token_file;
use crate::random::Random;
use crate::scenario::Scenario;
use crate::scheduler::{SeededScheduler, Turn};
use crate::simulation::Simulation;
use crate::{LossCause, PlantedBug};

/// Debug builds of serde need more than shuttle's 60 KiB.
const STACK: usize = 512 << 10;

/// A schedule has some hundred steps.
const MAX_STEPS: usize = 200_000;

/// Options of a simulation.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The number of schedules.
    pub schedules: u64,
    /// The seed of the first schedule; each next one has the next seed.
    pub seed: u64,
    /// The bug that the simulated world plants.
    pub planted_bug: Option<PlantedBug>,
    /// Whether the report has the steps of the last schedule.
    pub keeps_trace: bool,
}

impl Options {
    /// Creates options for this many schedules, from this seed on.
    pub fn new(schedules: u64, seed: u64) -> Self {
        Self { schedules, seed, ..Self::default() }
    }

    /// Plants a bug.
    #[must_use]
    pub fn with_planted_bug(mut self, bug: impl Into<Option<PlantedBug>>) -> Self {
        self.planted_bug = bug.into();
        self
    }

    /// Keeps the steps of the last schedule.
    #[must_use]
    pub fn with_trace(mut self) -> Self {
        self.keeps_trace = true;
        self
    }
}

/// The totals of the schedules that ran.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The schedules that ran.
    pub schedules: u64,
    /// Their steps.
    pub steps: u64,
    /// Refreshes that the service accepted.
    pub refreshes: u64,
    /// Processes that were killed.
    pub kills: u64,
    /// The sessions that were lost, for each cause that `docs/refresh.md` names.
    pub losses: BTreeMap<LossCause, u64>,
    /// The longest virtual time of a request for a token, in schedules without stopped processes.
    pub longest_request: Duration,
    /// A digest of all steps.
    pub digest: u64,
    /// The steps of the last schedule.
    pub trace: Vec<String>,
    /// The law that the last schedule broke.
    pub violation: Option<Violation>,
}

/// A law that a schedule broke.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// The seed that replays it.
    pub seed: u64,
    /// The law, and how it was broken.
    pub law: String,
}

/// Runs schedules until one breaks a law.
pub fn run(options: Options) -> Report {
    let report = Arc::new(Mutex::new(Report::default()));
    let turn = Arc::new(Turn::default());
    let seeds = options.seed..options.seed.saturating_add(options.schedules);
    let scheduler = SeededScheduler::new(seeds, turn.clone());
    let mut config = Config::new();
    config.stack_size = STACK;
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(MAX_STEPS);
    config.silence_warnings = true;
    let trace = options.keeps_trace.then(Arc::<Mutex<Vec<String>>>::default);
    let (all, current, lines) = (report.clone(), turn.clone(), trace.clone());
    let result = catch_unwind(AssertUnwindSafe(|| {
        Runner::new(scheduler, config).run(move || {
            let one = run_one(&current, options, lines.clone());
            let mut report = all.lock().unwrap_or_else(PoisonError::into_inner);
            report.add(one);
            if report.violation.is_some() {
                current.stop();
            }
        })
    }));
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Err(payload) = result {
        let law = payload.downcast_ref::<String>().cloned();
        let law = law.unwrap_or_else(|| "a process panicked".to_owned());
        report.violation = Some(Violation { seed: turn.seed(), law });
    }
    if let Some(trace) = trace {
        report.trace.clone_from(&trace.lock().unwrap_or_else(PoisonError::into_inner));
    }
    report
}

impl Report {
    fn add(&mut self, one: Self) {
        self.schedules += one.schedules;
        self.steps += one.steps;
        self.refreshes += one.refreshes;
        self.kills += one.kills;
        for (cause, count) in one.losses {
            *self.losses.entry(cause).or_default() += count;
        }
        self.longest_request = self.longest_request.max(one.longest_request);
        self.digest = self.digest.rotate_left(5) ^ one.digest;
        self.violation = self.violation.take().or(one.violation);
    }
}

/// Runs one schedule. This thread is the clock.
fn run_one(turn: &Turn, options: Options, trace: Option<Arc<Mutex<Vec<String>>>>) -> Report {
    let mut random = Random::new(turn.seed());
    let scenario = Scenario::new(&mut random);
    if let Some(trace) = &trace {
        trace.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
    let simulation = Simulation::new(scenario.clone(), random, options.planted_bug, trace);
    {
        let mut state = simulation.state();
        let contents = first_token_file(state.now);
        let file = state.disk.create(&contents, true);
        state.disk.file(file).is_flushed = true;
        state.disk.rename(file, Path::new(TOKEN_FILE));
        state.disk.flush_folder();
    }
    for client in scenario.clients.iter().copied() {
        let clone = simulation.clone();
        simulation.spawn(move || clone.run_client(client));
    }
    for client in scenario.lockless_clients.iter().copied() {
        let clone = simulation.clone();
        simulation.spawn(move || clone.run_lockless_client(client));
    }
    loop {
        thread::yield_now();
        if simulation.state().threads == 0 {
            break;
        }
        let all_wait = turn.clock_is_alone();
        if !simulation.advance(all_wait) && all_wait {
            simulation.state().violation("a process waits forever".to_owned());
        }
    }
    finish(turn.seed(), &simulation)
}

fn finish(seed: u64, simulation: &Simulation) -> Report {
    let mut state = simulation.state();
    let mut losses = BTreeMap::new();
    match state.session() {
        Session::Alive | Session::Expired => {}
        Session::Lost(cause) => drop(losses.insert(cause, 1)),
        Session::Unexplained(last) => {
            state.violation(format!("the session is lost, without a cause: {last:?}"));
        }
    }
    let law = state.observed.violation.take();
    Report {
        schedules: 1,
        steps: state.trace.steps,
        refreshes: state.observed.refreshes,
        kills: state.observed.kills,
        losses,
        longest_request: state.observed.longest_request,
        digest: state.trace.digest,
        trace: Vec::new(),
        violation: law.map(|law| Violation { seed, law }),
    }
}
