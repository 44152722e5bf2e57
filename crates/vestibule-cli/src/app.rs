use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use vestibule::{Builder, Configuration, Overrides, Region, Session, Vars};

use crate::advice::{self, Failure};
use crate::args::{Command, Global};
use crate::commands;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::log;
use crate::mfa;
use crate::printer::Printer;

/// What every command has at hand.
#[derive(Debug)]
pub(crate) struct App<'a> {
    pub(crate) global: &'a Global,
    pub(crate) vars: Vars,
    pub(crate) printer: Printer,
    pub(crate) interrupts: Interrupts,
}

impl<'a> App<'a> {
    pub(crate) fn new(global: &'a Global) -> Self {
        let vars: Vars = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let printer = Printer::new(global.json, global.color, vars.get("NO_COLOR").is_some());
        Self { global, vars, printer, interrupts: Interrupts::watch() }
    }

    pub(crate) fn run(&self, command: Command) -> ExitCode {
        log::start(self.global.verbose);
        match commands::run(self, command) {
            Ok(exit) => exit.into(),
            Err(failure) => advice::report(self, &failure).into(),
        }
    }

    /// The configuration, as the global options want it read.
    pub(crate) fn configuration(&self) -> Result<Configuration, Failure> {
        Ok(self.builder()?.configuration()?)
    }

    /// The session of the chosen profile.
    pub(crate) fn session(&self) -> Result<Session, Failure> {
        Ok(self.builder()?.load_blocking()?)
    }

    pub(crate) fn builder(&self) -> Result<Builder, Failure> {
        Ok(self.building(self.overrides()?))
    }

    /// The same in a region that somebody was asked for.
    pub(crate) fn builder_in(&self, region: Region) -> Result<Builder, Failure> {
        Ok(self.building(self.overrides()?.with_region(region, "the answer")))
    }

    fn building(&self, ask: Overrides) -> Builder {
        Session::builder()
            .overrides(ask)
            .share_role_credentials(true)
            .mfa_prompt(mfa::prompt(self.may_prompt()))
    }

    fn overrides(&self) -> Result<Overrides, Failure> {
        let mut ask = Overrides::default();
        if let Some(profile) = &self.global.profile {
            ask = ask.with_profile(profile, "--profile");
        }
        if let Some(region) = &self.global.region {
            let region = Region::new(region)
                .map_err(|error| Failure::new(Exit::Usage, format!("--region: {error}")))?;
            ask = ask.with_region(region, "--region");
        }
        Ok(ask)
    }

    /// Whether somebody is at the keyboard to answer questions.
    pub(crate) fn may_prompt(&self) -> bool {
        !self.global.no_input && io::stdin().is_terminal()
    }

    /// Whether somebody can be asked, and a browser opened.
    pub(crate) fn may_ask(&self) -> bool {
        let unattended = !io::stdin().is_terminal() && self.vars.get("CI").is_some();
        !self.global.no_input && !unattended
    }
}
