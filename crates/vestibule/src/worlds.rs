#[cfg(feature = "http")]
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "http")]
use std::sync::OnceLock;
#[cfg(feature = "http")]
use std::time::Duration;

#[cfg(feature = "http")]
use vestibule_os::{BlockingClock, Shell, TokioClock, TokioTasks};
use vestibule_profile::Settings;
#[cfg(feature = "http")]
use vestibule_types::Vars;
#[cfg(feature = "http")]
use vestibule_world::memory;
use vestibule_world::{CallPolicy, World};

#[cfg(feature = "http")]
use crate::shifted_clock::shifted;

/// The limits of an exchange with a service.
#[cfg(feature = "http")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Time to resolve the host and to connect. Default: 3.1 seconds.
    pub connect: Option<Duration>,
    /// Time for the whole exchange, to the last byte of the response. Default: 15 seconds.
    pub exchange: Option<Duration>,
}

#[cfg(feature = "http")]
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

/// The world that the caller supplied, or this machine.
#[derive(Debug)]
pub(crate) struct Worlds {
    /// The given world; else the one for files and environment, which sends nothing.
    base: World,
    #[cfg(feature = "http")]
    machine: Option<Machine>,
}

/// The worlds of this machine: for callers in a tokio runtime, and for callers that block.
///
/// Each is created when it is first used, so that a program that only blocks never starts the
/// other.
#[cfg(feature = "http")]
#[derive(Debug, Default)]
struct Machine {
    timeouts: Timeouts,
    ca_bundle: Option<PathBuf>,
    async_world: OnceLock<World>,
    blocking_world: OnceLock<World>,
}

impl Worlds {
    /// Creates the worlds of a caller: one for both kinds of calls.
    pub(crate) fn given(world: World) -> Self {
        Self {
            base: world,
            #[cfg(feature = "http")]
            machine: None,
        }
    }

    /// Creates the worlds of this machine.
    #[cfg(feature = "http")]
    pub(crate) fn of_this_machine(vars: Vars, timeouts: Timeouts, helpers: Shell) -> Self {
        let transport = Arc::new(memory::Transport::unreachable());
        let clock = shifted(Arc::new(BlockingClock), &vars);
        let base = vestibule_os::world(vars, transport, clock);
        let base = World { processes: Arc::new(helpers), ..base };
        Self { base, machine: Some(Machine { timeouts, ..Machine::default() }) }
    }

    /// Returns the same world with the CA bundle, the attempts and the app id of these settings.
    pub(crate) fn with_settings(&self, settings: Option<&Settings>) -> Self {
        let mut worlds = Self {
            base: self.base.clone(),
            #[cfg(feature = "http")]
            machine: self.machine.as_ref().map(|machine| Machine {
                timeouts: machine.timeouts,
                ca_bundle: settings
                    .and_then(|settings| settings.ca_bundle.as_ref())
                    .map(|file| file.value.clone()),
                ..Machine::default()
            }),
        };
        let Some(settings) = settings else { return worlds };
        let attempts = Some(&settings.max_attempts).filter(|set| set.origin.is_given());
        // A given world has a call policy of its own, which only explicit settings replace.
        if !self.is_given() || attempts.is_some() || settings.app_id.is_some() {
            let mut policy = CallPolicy::default().with_attempts(attempts.map(|set| set.value));
            if let Some(id) = &settings.app_id {
                policy = policy.with_app_id(&id.value);
            }
            worlds.base.call_policy = Arc::new(policy);
        }
        worlds
    }

    /// Returns the world for work that neither sends nor waits.
    pub(crate) fn local(&self) -> &World {
        &self.base
    }

    /// Returns the world for futures that a runtime polls.
    pub(crate) fn async_world(&self) -> &World {
        #[cfg(feature = "http")]
        if let Some(machine) = &self.machine {
            return machine.async_world.get_or_init(|| World {
                transport: Arc::new(vestibule_hyper::Hyper::new(machine.http(&self.base))),
                clock: shifted(Arc::new(TokioClock), &self.base.vars),
                tasks: Some(Arc::new(TokioTasks)),
                ..self.base.clone()
            });
        }
        &self.base
    }

    /// Returns the world for callers that block.
    pub(crate) fn blocking_world(&self) -> &World {
        #[cfg(feature = "http")]
        if let Some(machine) = &self.machine {
            return machine.blocking_world.get_or_init(|| World {
                transport: Arc::new(vestibule_hyper::Blocking::new(machine.http(&self.base))),
                ..self.base.clone()
            });
        }
        &self.base
    }

    #[cfg(feature = "http")]
    fn is_given(&self) -> bool {
        self.machine.is_none()
    }

    #[cfg(not(feature = "http"))]
    #[expect(clippy::unused_self, reason = "with the feature `http` it depends on the machine")]
    fn is_given(&self) -> bool {
        true
    }
}

#[cfg(feature = "http")]
impl Machine {
    fn http(&self, base: &World) -> vestibule_hyper::Config {
        let mut limits = vestibule_hyper::Limits::default();
        limits.connect = self.timeouts.connect.unwrap_or(limits.connect);
        limits.exchange = self.timeouts.exchange.unwrap_or(limits.exchange);
        let config = vestibule_hyper::Config::new(base.vars.clone()).with_limits(limits);
        match &self.ca_bundle {
            Some(file) => config.with_ca_bundle(file),
            None => config,
        }
    }
}
