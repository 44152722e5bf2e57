#[cfg(feature = "http")]
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "tokio")]
use std::sync::OnceLock;
#[cfg(feature = "http")]
use std::time::Duration;

#[cfg(feature = "tokio")]
use vestibule_os::{Blocking, BlockingClock, Shell, TokioClock, TokioTasks};
use vestibule_profile::Settings;
#[cfg(feature = "tokio")]
use vestibule_types::Vars;
use vestibule_world::{CallPolicy, World};
#[cfg(feature = "tokio")]
use vestibule_world::{Transport, memory};

#[cfg(feature = "tokio")]
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
    #[cfg(feature = "tokio")]
    machine: Option<Machine>,
}

/// The worlds of this machine: for callers in a tokio runtime, and for callers that block.
///
/// Each is created when it is first used, so that a program that only blocks never starts the
/// other.
#[cfg(feature = "tokio")]
#[derive(Debug)]
struct Machine {
    transports: Transports,
    async_world: OnceLock<World>,
    blocking_world: OnceLock<World>,
}

/// The transports of this machine.
#[cfg(feature = "tokio")]
#[derive(Clone, Debug)]
pub(crate) enum Transports {
    /// The caller's, for all calls.
    Given(Arc<dyn Transport>),
    #[cfg(feature = "http")]
    Hyper { timeouts: Timeouts, ca_bundle: Option<PathBuf> },
}

impl Worlds {
    /// Creates the worlds of a caller: one for both kinds of calls.
    pub(crate) fn given(world: World) -> Self {
        Self {
            base: world,
            #[cfg(feature = "tokio")]
            machine: None,
        }
    }

    /// Creates the worlds of this machine.
    #[cfg(feature = "tokio")]
    pub(crate) fn of_this_machine(vars: Vars, transports: Transports, helpers: Shell) -> Self {
        let transport = Arc::new(memory::Transport::unreachable());
        let clock = shifted(Arc::new(BlockingClock), &vars);
        let base = vestibule_os::world(vars, transport, clock);
        let base = World { processes: Arc::new(helpers), ..base };
        Self { base, machine: Some(Machine::new(transports)) }
    }

    /// Returns the same world with the CA bundle, the attempts and the app id of these settings.
    pub(crate) fn with_settings(&self, settings: Option<&Settings>) -> Self {
        let mut worlds = Self {
            base: self.base.clone(),
            #[cfg(feature = "tokio")]
            machine: self.machine.as_ref().map(|machine| machine.with_settings(settings)),
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
        #[cfg(feature = "tokio")]
        if let Some(machine) = &self.machine {
            return machine.async_world.get_or_init(|| World {
                transport: machine.transports.for_async_calls(&self.base),
                clock: shifted(Arc::new(TokioClock), &self.base.vars),
                tasks: Some(Arc::new(TokioTasks)),
                ..self.base.clone()
            });
        }
        &self.base
    }

    /// Returns the world for callers that block.
    #[inline]
    pub(crate) fn blocking_world(&self) -> &World {
        #[cfg(feature = "tokio")]
        if let Some(machine) = &self.machine {
            return machine.blocking_world.get_or_init(|| World {
                transport: machine.transports.for_blocking_calls(&self.base),
                ..self.base.clone()
            });
        }
        &self.base
    }

    #[cfg(feature = "tokio")]
    fn is_given(&self) -> bool {
        self.machine.is_none()
    }

    #[cfg(not(feature = "tokio"))]
    #[expect(clippy::unused_self, reason = "with the feature `tokio` it depends on the machine")]
    fn is_given(&self) -> bool {
        true
    }
}

#[cfg(feature = "tokio")]
impl Machine {
    fn new(transports: Transports) -> Self {
        Self { transports, async_world: OnceLock::new(), blocking_world: OnceLock::new() }
    }

    #[cfg_attr(not(feature = "http"), expect(unused_variables, reason = "the bundle is for hyper"))]
    fn with_settings(&self, settings: Option<&Settings>) -> Self {
        Self::new(match &self.transports {
            Transports::Given(transport) => Transports::Given(transport.clone()),
            #[cfg(feature = "http")]
            Transports::Hyper { timeouts, .. } => {
                let file = settings.and_then(|settings| settings.ca_bundle.as_ref());
                let ca_bundle = file.map(|file| file.value.clone());
                Transports::Hyper { timeouts: *timeouts, ca_bundle }
            }
        })
    }
}

#[cfg(feature = "tokio")]
#[cfg_attr(not(feature = "http"), expect(unused_variables, reason = "the variables are for hyper"))]
impl Transports {
    #[cfg(feature = "http")]
    pub(crate) fn hyper(timeouts: Timeouts) -> Self {
        Self::Hyper { timeouts, ca_bundle: None }
    }

    fn for_async_calls(&self, base: &World) -> Arc<dyn Transport> {
        match self {
            Self::Given(transport) => transport.clone(),
            #[cfg(feature = "http")]
            Self::Hyper { timeouts, ca_bundle } => {
                Arc::new(vestibule_hyper::Hyper::new(timeouts.config(base, ca_bundle.as_ref())))
            }
        }
    }

    #[inline]
    fn for_blocking_calls(&self, base: &World) -> Arc<dyn Transport> {
        match self {
            Self::Given(transport) => Arc::new(Blocking::new(transport.clone())),
            #[cfg(feature = "http")]
            Self::Hyper { timeouts, ca_bundle } => {
                let config = timeouts.config(base, ca_bundle.as_ref());
                Arc::new(Blocking::new(Arc::new(vestibule_hyper::Hyper::new(config))))
            }
        }
    }
}

#[cfg(feature = "http")]
impl Timeouts {
    fn config(self, base: &World, ca_bundle: Option<&PathBuf>) -> vestibule_hyper::Config {
        let mut limits = vestibule_hyper::Limits::default();
        limits.connect = self.connect.unwrap_or(limits.connect);
        limits.exchange = self.exchange.unwrap_or(limits.exchange);
        let config = vestibule_hyper::Config::new(base.vars.clone()).with_limits(limits);
        match ca_bundle {
            Some(file) => config.with_ca_bundle(file),
            None => config,
        }
    }
}
