use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use vestibule_os::{BlockingClock, Shell, TokioClock, TokioTasks};
use vestibule_profile::Settings;
use vestibule_world::{CallPolicy, World, memory};

use crate::shifted_clock::shifted;

/// The limits of an exchange with a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Time to resolve the host and to connect. Default: 3.1 seconds.
    pub connect: Option<Duration>,
    /// Time for the whole exchange, to the last byte of the response. Default: 15 seconds.
    pub exchange: Option<Duration>,
}

impl Timeouts {
    /// Sets the time to resolve the host and to connect.
    #[must_use]
    pub fn with_connect(mut self, timeout: Duration) -> Self {
        self.connect = Some(timeout);
        self
    }

    /// Sets the time for the whole exchange.
    #[must_use]
    pub fn with_exchange(mut self, timeout: Duration) -> Self {
        self.exchange = Some(timeout);
        self
    }
}

/// This machine twice: for callers in a tokio runtime, and for callers that block.
///
/// Each is created when it is first used, so that a program that only blocks never starts the other.
#[derive(Debug)]
pub(crate) struct Worlds {
    /// The given world; else the one for files and environment, which sends nothing.
    base: World,
    is_given: bool,
    timeouts: Timeouts,
    ca_bundle: Option<PathBuf>,
    async_world: OnceLock<World>,
    blocking_world: OnceLock<World>,
}

impl Worlds {
    /// This world, for both kinds of callers.
    pub(crate) fn given(world: World) -> Self {
        Self::new(world, true, Timeouts::default())
    }

    /// This machine.
    pub(crate) fn of_this_machine(timeouts: Timeouts, helpers: Shell) -> Self {
        let vars = vestibule_os::vars();
        let transport = Arc::new(memory::Transport::unreachable());
        let clock = shifted(Arc::new(BlockingClock), &vars);
        let base = vestibule_os::world(vars, transport, clock);
        Self::new(World { processes: Arc::new(helpers), ..base }, false, timeouts)
    }

    fn new(base: World, is_given: bool, timeouts: Timeouts) -> Self {
        let (async_world, blocking_world) = (OnceLock::new(), OnceLock::new());
        Self { base, is_given, timeouts, ca_bundle: None, async_world, blocking_world }
    }

    /// Returns the same machine with the CA bundle, the attempts and the app id of these settings.
    pub(crate) fn with_settings(&self, settings: Option<&Settings>) -> Self {
        let mut worlds = Self::new(self.base.clone(), self.is_given, self.timeouts);
        let Some(settings) = settings else { return worlds };
        worlds.ca_bundle = settings.ca_bundle.as_ref().map(|file| file.value.clone());
        let attempts = Some(&settings.max_attempts).filter(|set| set.origin.is_given());
        // A given world has a call policy of its own, which only explicit settings replace.
        if !self.is_given || attempts.is_some() || settings.app_id.is_some() {
            let mut policy = CallPolicy::default().with_attempts(attempts.map(|set| set.value));
            if let Some(id) = &settings.app_id {
                policy = policy.with_app_id(&id.value);
            }
            worlds.base.manners = Arc::new(policy);
        }
        worlds
    }

    /// For work that neither sends nor waits.
    pub(crate) fn local(&self) -> &World {
        &self.base
    }

    /// For futures that a tokio runtime polls.
    pub(crate) fn async_world(&self) -> &World {
        if self.is_given {
            return &self.base;
        }
        self.async_world.get_or_init(|| World {
            transport: Arc::new(vestibule_hyper::Hyper::new(self.http())),
            clock: shifted(Arc::new(TokioClock), &self.base.vars),
            tasks: Some(Arc::new(TokioTasks)),
            ..self.base.clone()
        })
    }

    /// For callers that block.
    pub(crate) fn blocking_world(&self) -> &World {
        if self.is_given {
            return &self.base;
        }
        self.blocking_world.get_or_init(|| World {
            transport: Arc::new(vestibule_hyper::Blocking::new(self.http())),
            ..self.base.clone()
        })
    }

    fn http(&self) -> vestibule_hyper::Config {
        let mut limits = vestibule_hyper::Limits::default();
        limits.connect = self.timeouts.connect.unwrap_or(limits.connect);
        limits.exchange = self.timeouts.exchange.unwrap_or(limits.exchange);
        let config = vestibule_hyper::Config::new(self.base.vars.clone()).with_limits(limits);
        match &self.ca_bundle {
            Some(file) => config.with_ca_bundle(file),
            None => config,
        }
    }
}
