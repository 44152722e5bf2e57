use std::io::{self, IsTerminal as _};

use vestibule::{Builder, Configuration, Overrides, Region, Session, Vars};

use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::mfa;
use crate::printer::Printer;

/// The context of a command: global options, environment, output and signals.
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
        Self { global, vars, printer, interrupts: Interrupts::install() }
    }

    /// Returns the same context with other global options.
    pub(crate) fn with_global<'b>(&self, global: &'b Global) -> App<'b> {
        App {
            global,
            vars: self.vars.clone(),
            printer: self.printer.clone(),
            interrupts: self.interrupts.clone(),
        }
    }

    /// Reads the configuration files with the global options applied.
    pub(crate) fn configuration(&self) -> Result<Configuration, Error> {
        Ok(self.builder()?.configuration()?)
    }

    /// Loads the session of the selected profile.
    pub(crate) fn session(&self) -> Result<Session, Error> {
        Ok(self.builder()?.load_blocking()?)
    }

    pub(crate) fn builder(&self) -> Result<Builder, Error> {
        Ok(self.builder_with(self.overrides()?))
    }

    /// Returns a builder with a region that the user entered at a prompt.
    pub(crate) fn builder_in(&self, region: Region) -> Result<Builder, Error> {
        Ok(self.builder_with(self.overrides()?.with_region(region, "the answer")))
    }

    fn builder_with(&self, overrides: Overrides) -> Builder {
        Session::builder()
            .overrides(overrides)
            .share_role_credentials(true)
            .mfa_prompt(mfa::prompt(self.may_prompt(), &self.interrupts))
            .helper_prompts_if({
                let no_input = self.global.no_input;
                move || !no_input
            })
    }

    fn overrides(&self) -> Result<Overrides, Error> {
        let mut overrides = Overrides::default();
        if let Some(profile) = &self.global.profile {
            overrides = overrides.with_profile(profile, "--profile");
        }
        if let Some(region) = &self.global.region {
            let region = Region::new(region)
                .map_err(|error| Error::new(Exit::Usage, format!("--region: {error}")))?;
            overrides = overrides.with_region(region, "--region");
        }
        Ok(overrides)
    }

    /// Returns whether prompts are allowed: stdin is a terminal and `--no-input` is not set.
    pub(crate) fn may_prompt(&self) -> bool {
        !self.global.no_input && io::stdin().is_terminal()
    }

    /// Returns whether a browser may be opened: not with `--no-input`, and not in CI.
    pub(crate) fn may_open_browser(&self) -> bool {
        !self.global.no_input && !self.is_unattended()
    }

    /// Returns whether the program runs without a user: in CI, and stdin is not a terminal.
    pub(crate) fn is_unattended(&self) -> bool {
        !io::stdin().is_terminal() && self.vars.get("CI").is_some()
    }
}
