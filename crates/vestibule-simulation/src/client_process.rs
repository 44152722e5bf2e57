use std::fmt;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use shuttle::future::block_on;
use shuttle::thread;
use vestibule_sso::{Error, Instance, RefreshHelper, RefreshJob, RefreshReport, Sessions, Token};
use vestibule_types::{Platform, Region, SessionName, SsoSession, StartUrl, Vars};
use vestibule_wire::Endpoint;
use vestibule_world::{BoxFuture, Either, Entropy, Tasks, World, memory, race};

use crate::observations::LossCause;
use crate::process_state::Pid;
use crate::scenario::{Client, ClientKind};
use crate::simulation::{Killed, Simulation, State};

pub(crate) const OIDC: &str = "http://oidc.test";

/// A process of a simulation, as the effects of a [`World`]. Clones are the same process.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) simulation: Simulation,
    pub(crate) pid: Pid,
}

/// The session whose token all processes share.
///
/// # Errors
/// Never: the values are constants.
pub(crate) fn instance() -> anyhow::Result<Instance> {
    let start_url = StartUrl::new("https://org.awsapps.com/start")?;
    let session =
        SsoSession::named(SessionName::new("my-sso")?, start_url, Region::new("us-east-1")?);
    let endpoint = |address| Endpoint::parse(address, None);
    Ok(Instance::new(session, endpoint(OIDC)?, endpoint("http://portal.test")?))
}

impl Simulation {
    /// Runs the processes of one client, one after the other, until it has needed a token as often
    /// as the scenario says.
    pub(crate) fn run_client(&self, client: Client) {
        let rounds = self.state().scenario.rounds;
        let mut round = 0;
        while round < rounds && !self.has_violation() {
            let (name, has_helper) = match client.kind {
                ClientKind::Program => ("program", true),
                ClientKind::Library => ("library", false),
                ClientKind::Blocking => ("blocking", false),
            };
            let pid = self.start_process(name, true, client.clock_offset);
            self.state().processes[pid].has_helper = has_helper;
            let process = Process { simulation: self.clone(), pid };
            let survives = self.run(pid, || block_on(process.run(client.kind, &mut round)));
            let mut state = self.state();
            if !survives && state.random.chance(50_000) {
                // The user starts it again.
                round = round.saturating_sub(1);
            }
        }
    }

    /// Runs the main thread of a process. Returns false if it was killed.
    pub(crate) fn run(&self, pid: Pid, main: impl FnOnce()) -> bool {
        let result = catch_unwind(AssertUnwindSafe(main));
        {
            let mut state = self.state();
            if 0 < state.processes[pid].tasks {
                state.kill(pid, LossCause::ProcessKilled);
            }
            state.end_process(pid);
        }
        match result {
            Ok(()) => true,
            Err(payload) if payload.is::<Killed>() => false,
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Starts a thread; the schedule lasts until it ends.
    pub(crate) fn spawn(&self, main: impl FnOnce() + Send + 'static) {
        self.state().threads += 1;
        let simulation = self.clone();
        thread::spawn(move || {
            main();
            simulation.state().threads -= 1;
        });
    }
}

impl Process {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.simulation.state()
    }

    fn world(&self, kind: ClientKind) -> World {
        let process = Arc::new(self.clone());
        World {
            files: process.clone(),
            transport: process.clone(),
            clock: process.clone(),
            entropy: process.clone(),
            tasks: (kind == ClientKind::Library).then_some(process as Arc<dyn Tasks>),
            ..memory::world()
        }
    }

    async fn run(&self, kind: ClientKind, round: &mut u32) {
        let Ok(instance) = instance() else { return };
        let world = self.world(kind);
        let mut sessions =
            Sessions::at_home(&Vars::default().with("HOME", "/home"), Platform::Unix);
        if kind == ClientKind::Program {
            sessions = sessions.with_refresh_helper(Arc::new(Helper(self.clone())));
        }
        loop {
            self.simulation.wait_for_round(self.pid, *round).await;
            *round += 1;
            self.use_token(kind, &world, &sessions, &instance).await;
            if kind == ClientKind::Program || self.state().scenario.rounds <= *round {
                return;
            }
        }
    }

    /// Gets a token, uses it, and replaces it if the portal rejects it.
    async fn use_token(
        &self,
        kind: ClientKind,
        world: &World,
        sessions: &Sessions,
        instance: &Instance,
    ) {
        self.simulation.step(self.pid, "request a token");
        let (started, timeout) = {
            let mut state = self.state();
            let chance = state.scenario.faults.dropped_future;
            state.request_begins();
            let drops = kind == ClientKind::Library && state.random.chance(chance);
            (state.now, drops.then(|| state.random.up_to(Duration::from_secs(1))))
        };
        let token = sessions.live_token(world, instance);
        let result = match timeout {
            None => token.await,
            Some(timeout) => match race(token, self.simulation.sleep(self.pid, timeout)).await {
                Either::First(result) => result,
                Either::Second(()) => return,
            },
        };
        self.check(started, &result);
        let Ok(token) = result else { return };
        self.simulation.step(self.pid, "use the token");
        let started = {
            let mut state = self.state();
            let now = state.now;
            let expires_at = serial(&token).and_then(|access| state.service.token(access));
            if expires_at.is_some_and(|token| now < token.expires_at) {
                return;
            }
            state.record(self.pid, "token is rejected");
            state.request_begins();
            state.processes[self.pid].was_rejected = true;
            now
        };
        let result = sessions.token_after(world, instance, &token.access_token).await;
        self.state().processes[self.pid].was_rejected = false;
        self.check(started, &result);
    }

    fn check(&self, started: vestibule_types::Timestamp, result: &Result<Token, Error>) {
        let access = result.as_ref().ok().and_then(serial);
        let mut state = self.state();
        let outcome = match result {
            Ok(_) => "has a token".to_owned(),
            Err(error) => format!("has no token: {error}"),
        };
        state.record(self.pid, &outcome);
        state.check_result(self.pid, started, result, access);
    }
}

fn serial(token: &Token) -> Option<u64> {
    token.access_token.expose().rsplit_once('-')?.1.parse().ok()
}

impl Simulation {
    /// Waits until a client needs a token for the next time.
    pub(crate) async fn wait_for_round(&self, pid: Pid, round: u32) {
        let span = {
            let mut state = self.state();
            let spread = state.scenario.spread;
            let begin = state.service.started_at + state.scenario.interval * (round + 1);
            let begin = begin + state.random.up_to(spread);
            begin.saturating_since(state.now)
        };
        self.sleep(pid, span).await;
    }
}

impl Entropy for Process {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state();
        for byte in bytes {
            *byte = state.random.next().to_le_bytes()[0];
        }
    }
}

impl Tasks for Process {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        let done = Slot::default();
        let (process, result) = (self.clone(), done.clone());
        self.state().processes[self.pid].tasks += 1;
        self.simulation.spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| block_on(task)));
            process.state().processes[process.pid].tasks -= 1;
            result.set(());
            if let Err(payload) = ended
                && !payload.is::<Killed>()
            {
                resume_unwind(payload);
            }
        });
        let process = self.clone();
        Box::pin(async move {
            done.wait(&process).await;
        })
    }
}

/// Runs refreshes in a process of its own, as the program does.
#[derive(Debug)]
struct Helper(Process);

impl RefreshHelper for Helper {
    fn refresh<'a>(
        &'a self,
        _world: &'a World,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, io::Result<RefreshReport>> {
        let Process { simulation, pid } = &self.0;
        Box::pin(async move {
            simulation.step(*pid, "start a helper");
            let (clock_offset, was_rejected) = {
                let mut state = simulation.state();
                let chance = state.scenario.faults.no_helper;
                if state.random.chance(chance) {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                let process = &state.processes[*pid];
                (process.clock_offset, process.was_rejected)
            };
            let report = Slot::default();
            let helper = simulation.start_process("helper", true, clock_offset);
            simulation.state().processes[helper].was_rejected = was_rejected;
            let helper = Process { simulation: simulation.clone(), pid: helper };
            let (result, job) = (report.clone(), job.clone());
            simulation.spawn(move || {
                let simulation = helper.simulation.clone();
                let mut report = None;
                simulation.run(helper.pid, || report = block_on(helper.refresh_for_job(&job)));
                result.set(report);
            });
            report.wait(&self.0).await.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        })
    }
}

impl Process {
    async fn refresh_for_job(&self, job: &RefreshJob) -> Option<RefreshReport> {
        let sessions = Sessions::at_home(&Vars::default().with("HOME", "/home"), Platform::Unix);
        let instance = instance().ok()?;
        let world = self.world(ClientKind::Blocking);
        Some(sessions.refresh_for_job(&world, &instance, job).await)
    }
}

/// A value that one thread sets and another waits for.
struct Slot<T>(Arc<Mutex<(Option<T>, Vec<Waker>)>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((None, Vec::new()))))
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slot(..)")
    }
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, (Option<T>, Vec<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, value: T) {
        let mut slot = self.lock();
        slot.0 = Some(value);
        slot.1.drain(..).for_each(Waker::wake);
    }

    /// Waits for the value; ends with the waiting process.
    async fn wait(&self, process: &Process) -> T {
        poll_fn(|context| {
            process.simulation.end_if_killed(process.pid);
            let mut slot = self.lock();
            if let Some(value) = slot.0.take() {
                return Poll::Ready(value);
            }
            slot.1.push(context.waker().clone());
            process.state().wake_when_killed(process.pid, context.waker().clone());
            Poll::Pending
        })
        .await
    }
}
