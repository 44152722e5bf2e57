use std::sync::{Arc, OnceLock};

use vestibule_os::{BlockingClock, TokioClock};
use vestibule_profile::Settings;
use vestibule_world::{CallPolicy, World, memory};

use crate::shifted_clock::shifted;

/// The same machine twice: for callers that wait in a runtime, and for those that block.
///
/// Made on demand: who only blocks never has the other, and nothing connects before it must.
#[derive(Debug)]
pub(crate) struct Worlds {
    /// What was given, or what files and environment are read through.
    base: World,
    is_given: bool,
    ca_bundle: Option<std::path::PathBuf>,
    waiting: OnceLock<World>,
    blocking: OnceLock<World>,
}

impl Worlds {
    /// This world and no other.
    pub(crate) fn given(world: World) -> Self {
        Self::new(world, true)
    }

    /// This machine.
    pub(crate) fn of_this_machine(helpers: vestibule_os::Shell) -> Self {
        let vars = vestibule_os::vars();
        let transport = Arc::new(memory::Transport::unreachable());
        let clock = shifted(Arc::new(BlockingClock), &vars);
        let base = vestibule_os::world(vars, transport, clock);
        Self::new(World { processes: Arc::new(helpers), ..base }, false)
    }

    fn new(base: World, is_given: bool) -> Self {
        let (waiting, blocking) = (OnceLock::new(), OnceLock::new());
        Self { base, is_given, ca_bundle: None, waiting, blocking }
    }

    /// Does as the settings say: whom to trust, how often to ask again, what to be called.
    pub(crate) fn heed(&mut self, settings: &Settings) {
        self.ca_bundle = settings.ca_bundle.as_ref().map(|file| file.value.clone());
        let attempts = Some(&settings.max_attempts).filter(|set| set.origin.is_given());
        let mut manners = CallPolicy::default().with_attempts(attempts.map(|set| set.value));
        if let Some(id) = &settings.app_id {
            manners = manners.with_app_id(&id.value);
        }
        // Who made the world knows best, unless somebody else was told.
        if !self.is_given || attempts.is_some() || settings.app_id.is_some() {
            self.base.manners = Arc::new(manners);
        }
    }

    /// For what needs neither network nor waiting.
    pub(crate) fn local(&self) -> &World {
        &self.base
    }

    /// For futures that a tokio runtime polls.
    pub(crate) fn waiting(&self) -> &World {
        if self.is_given {
            return &self.base;
        }
        self.waiting.get_or_init(|| World {
            transport: Arc::new(vestibule_hyper::Hyper::new(self.http())),
            clock: shifted(Arc::new(TokioClock), &self.base.vars),
            ..self.base.clone()
        })
    }

    /// For callers that block.
    pub(crate) fn blocking(&self) -> &World {
        if self.is_given {
            return &self.base;
        }
        self.blocking.get_or_init(|| World {
            transport: Arc::new(vestibule_hyper::Blocking::new(self.http())),
            ..self.base.clone()
        })
    }

    fn http(&self) -> vestibule_hyper::Config {
        let config = vestibule_hyper::Config::new(self.base.vars.clone());
        match &self.ca_bundle {
            Some(file) => config.with_ca_bundle(file),
            None => config,
        }
    }
}
