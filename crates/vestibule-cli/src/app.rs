use std::io::{self, IsTerminal as _};
use std::sync::{Arc, OnceLock};

use vestibule::{Builder, Configuration, Overrides, Region, RoleOverride, Session, Sourced, Vars};
use vestibule_types::printable_short;

use crate::agent_session;
use crate::args::{CredentialArgs, Global, POSITIONAL, TokenStoreKind};
use crate::directory_profile::DirectoryProfile;
use crate::environment_source::EnvironmentSource;
use crate::error::Error;
use crate::exit::Exit;
use crate::helper_process::HelperProcess;
use crate::interrupt::Interrupts;
use crate::printer::{Printer, Tone};
use crate::prompt::Terminal;
use crate::quoting::shell_word;
use crate::role_args::{self, named_role};
use crate::token_store::ProgramStore;
use crate::{mfa, native_process, waiting};

/// The context of a command: global options, environment, output and signals.
#[derive(Debug)]
pub(crate) struct App<'a> {
    pub(crate) global: &'a Global,
    /// The role that was named instead of a profile.
    pub(crate) role: &'a CredentialArgs,
    pub(crate) vars: Vars,
    pub(crate) printer: Printer,
    pub(crate) interrupts: Interrupts,
    /// `login --token-store`.
    pub(crate) token_store: Option<TokenStoreKind>,
    /// Whether to warn of a keychain that is not available.
    pub(crate) announces_keychain: bool,
    store: Arc<OnceLock<ProgramStore>>,
    /// The profile that a file in the working directory, or above, names.
    directory_profile: Option<DirectoryProfile>,
    /// Set once the profile, or its precedence, has been announced.
    announced: Arc<OnceLock<()>>,
}

impl<'a> App<'a> {
    pub(crate) fn new(
        global: &'a Global,
        role: &'a CredentialArgs,
        token_store: Option<TokenStoreKind>,
    ) -> Self {
        let vars = vestibule_os::vars();
        let printer = Printer::new(global, &vars);
        Self {
            global,
            role,
            vars,
            printer,
            interrupts: Interrupts::install(),
            token_store,
            announces_keychain: true,
            store: Arc::default(),
            directory_profile: None,
            announced: Arc::default(),
        }
    }

    /// Uses the profile of the working directory, unless an option or a variable names another one.
    ///
    /// A file that cannot be used is not an error if keys in the environment take precedence over it.
    pub(crate) fn use_directory_profile(&mut self, prefers_environment: bool) -> Result<(), Error> {
        let is_named = self.global.profile.is_some() || self.role.role_name.is_some();
        let variable = self.vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
        if !is_named && variable.is_none() && !self.global.pick {
            let is_set = |name| self.vars.first(&[name]).is_some();
            let has_keys = is_set("AWS_ACCESS_KEY_ID") && is_set("AWS_SECRET_ACCESS_KEY");
            self.directory_profile = match DirectoryProfile::of_working_directory(&self.vars) {
                Err(_) if prefers_environment && has_keys => None,
                found => found?,
            };
        }
        Ok(())
    }

    /// Returns the name of the profile that an option, a variable or the working directory names.
    pub(crate) fn named_profile(&self) -> Option<&str> {
        let variable = self.vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
        let named = self.global.profile.as_deref().or(variable.map(|(_, name)| name));
        named.or_else(|| self.directory_name())
    }

    /// Returns the same context with other global options.
    pub(crate) fn with_global<'b>(&'b self, global: &'b Global) -> App<'b> {
        App {
            global,
            role: self.role,
            vars: self.vars.clone(),
            printer: self.printer.clone(),
            interrupts: self.interrupts.clone(),
            token_store: self.token_store,
            announces_keychain: self.announces_keychain,
            store: self.store.clone(),
            directory_profile: self.directory_profile.clone(),
            announced: self.announced.clone(),
        }
    }

    /// Returns the store of all tokens of this process.
    pub(crate) fn store(&self) -> Result<&ProgramStore, Error> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let announces = self.announces_keychain.then(|| self.printer.clone());
        let store = ProgramStore::open(&self.vars, self.token_store, announces)?;
        Ok(self.store.get_or_init(|| store))
    }

    /// Reads the configuration files with the global options applied.
    pub(crate) fn configuration(&self) -> Result<Configuration, Error> {
        Ok(self.builder()?.configuration()?)
    }

    /// Loads the session of the selected profile.
    pub(crate) fn session(&self) -> Result<Session, Error> {
        self.session_with(|builder| builder)
    }

    /// Loads the session of the selected profile with more options, or that of an agent.
    pub(crate) fn session_with(
        &self,
        set: impl FnOnce(Builder) -> Builder,
    ) -> Result<Session, Error> {
        let agent = agent_session::load(&self.vars, self.global, self.role, self.named_profile())?;
        if let Some(session) = agent {
            return Ok(session);
        }
        let session = set(self.builder()?).load_blocking()?;
        // Only keys of the environment take precedence, and describing the sources takes time.
        let keys = self.vars.get("AWS_ACCESS_KEY_ID");
        match keys.and_then(|_| EnvironmentSource::in_use(&session.sources(), &self.vars)) {
            Some(source) => self.announce_precedence(&source),
            None => self.announce_directory_profile(),
        }
        Ok(session)
    }

    /// Returns the agent of the environment, if commands get their credentials from it.
    pub(crate) fn agent(&self) -> Option<EnvironmentSource> {
        let path = agent_session::path(&self.vars, self.global, self.role)?;
        let profile = self.named_profile().unwrap_or("default");
        Some(EnvironmentSource::agent(path, profile))
    }

    /// Warns once if a variable or the working directory names a profile, and credentials of the
    /// environment take precedence over it.
    pub(crate) fn announce_precedence(&self, source: &EnvironmentSource) {
        let variable = self.vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
        let (profile, origin) = match (variable, &self.directory_profile) {
            (Some((variable, name)), _) => (name, variable.to_owned()),
            (None, Some(directory)) => (directory.name(), self.shown_path(directory)),
            (None, None) => return,
        };
        if source.profile.as_deref() == Some(profile) || self.announced.set(()).is_err() {
            return;
        }
        let shown = printable_short(profile, 100);
        let reason = match &source.profile {
            Some(shell) => format!(
                "in this shell, which has the credentials of {} (VESTIBULE_PROFILE)",
                printable_short(shell, 100)
            ),
            None => format!("while {} is set", source.variable),
        };
        self.printer.warn(&format!(
            "{origin}={shown} is ignored {reason} (use --profile {})",
            shell_word(profile)
        ));
    }

    /// Notes once, on a terminal, that the working directory names the profile: other tools use
    /// another one.
    pub(crate) fn announce_directory_profile(&self) {
        let Some(directory) = &self.directory_profile else { return };
        if self.printer.is_terminal() && !self.printer.json && self.announced.set(()).is_ok() {
            self.printer.wrapped_note(&format!(
                "Using profile {} of {}, a file that the AWS CLI and SDKs do not read.",
                self.printer.tone(Tone::Good, directory.name()),
                self.shown_path(directory)
            ));
        }
    }

    /// Returns the name and the file of the profile that the working directory names.
    pub(crate) fn directory_profile(&self) -> Option<(&str, String)> {
        let directory = self.directory_profile.as_ref()?;
        Some((directory.name(), self.shown_path(directory)))
    }

    fn shown_path(&self, directory: &DirectoryProfile) -> String {
        directory.location(&self.vars).to_string()
    }

    pub(crate) fn builder(&self) -> Result<Builder, Error> {
        self.builder_with(self.overrides()?)
    }

    /// Returns a builder with a region that the user entered at a prompt.
    pub(crate) fn builder_in(&self, region: Region) -> Result<Builder, Error> {
        self.builder_with(self.overrides()?.with_region(region, "the answer"))
    }

    fn builder_with(&self, overrides: Overrides) -> Result<Builder, Error> {
        Ok(Session::builder()
            .overrides(overrides)
            .token_store(self.store()?.token_store())
            .share_role_credentials(true)
            .refresh_helper(Arc::new(HelperProcess::new(self.global, self.directory_name())))
            .native_processes(native_process::providers())
            .mfa_prompt(mfa::prompt(self.may_prompt(), &self.interrupts))
            .helper_prompts_if({
                let may_prompt = !self.global.no_input;
                move || {
                    if may_prompt {
                        waiting::hide_newest();
                    }
                    may_prompt
                }
            }))
    }

    fn directory_name(&self) -> Option<&str> {
        self.directory_profile.as_ref().map(DirectoryProfile::name)
    }

    fn overrides(&self) -> Result<Overrides, Error> {
        let mut overrides = Overrides::default();
        if let Some(profile) = &self.global.profile {
            let is_positional = self.global.has_positional_profile;
            let origin = if is_positional { POSITIONAL } else { "--profile" };
            overrides = overrides.with_profile(profile, origin);
        } else if let Some(directory) = &self.directory_profile {
            overrides = overrides.with_profile_at(directory.name(), directory.place(&self.vars));
        }
        if let Some(region) = role_args::region(self.global)? {
            overrides = overrides.with_region(region, "--region");
        }
        if let Some(role) = self.role_override()? {
            overrides = overrides.with_role(role);
        }
        Ok(overrides)
    }

    /// Returns the role of `--account-id` and `--role-name`, in the only session if none is named.
    fn role_override(&self) -> Result<Option<RoleOverride>, Error> {
        let Some((account, role)) = named_role(self.role)? else { return Ok(None) };
        let session = match &self.role.sso_session {
            Some(session) => session.clone(),
            None => Self::only_session()?,
        };
        Ok(Some(RoleOverride::new(
            Sourced::argument(session, "--sso-session"),
            Sourced::argument(account, "--account-id"),
            Sourced::argument(role, "--role-name"),
        )))
    }

    fn only_session() -> Result<String, Error> {
        let configuration = Session::builder().configuration()?;
        let mut names: Vec<String> = configuration.session_names().collect();
        if names.len() == 1
            && let Some(name) = names.pop()
        {
            return Ok(name);
        }
        let message = "--account-id and --role-name need --sso-session";
        let error = Error::new(Exit::Usage, message).with_hint("vestibule list-sessions");
        Err(names.into_iter().fold(error, Error::with_cause))
    }

    /// Returns whether the user can be asked a question: prompts are allowed, and messages are shown
    /// on a terminal.
    pub(crate) fn is_interactive(&self) -> bool {
        self.may_prompt() && self.printer.is_terminal() && !self.printer.json
    }

    /// Returns whether prompts are allowed: stdin is a terminal and `--no-input` is not set.
    pub(crate) fn may_prompt(&self) -> bool {
        !self.global.no_input && io::stdin().is_terminal()
    }

    /// Returns the terminal for the questions of a wizard, which are drawn on stderr.
    pub(crate) fn wizard_terminal(&self) -> Option<Terminal<'_>> {
        let may_prompt = self.may_prompt() && self.printer.is_terminal();
        may_prompt.then(|| Terminal::new(&self.interrupts))
    }

    /// Returns the terminal if prompts are allowed and it can draw lists.
    pub(crate) fn terminal(&self) -> Option<Terminal<'_>> {
        (self.is_interactive() && self.can_draw()).then(|| Terminal::new(&self.interrupts))
    }

    /// Returns whether messages go to a terminal that can draw.
    pub(crate) fn can_draw(&self) -> bool {
        let is_dumb = match self.vars.get("TERM") {
            Some(term) => term == "dumb",
            // The console of Windows can draw, and sets no such variable.
            None => !cfg!(windows),
        };
        self.printer.is_terminal() && !is_dumb
    }

    /// Returns whether a browser may be opened: not with `--no-input`, and not in CI.
    pub(crate) fn may_open_browser(&self) -> bool {
        !self.global.no_input && !self.is_unattended()
    }

    /// Returns whether a user can see messages or type.
    pub(crate) fn has_terminal(&self) -> bool {
        self.printer.is_terminal() || io::stdin().is_terminal()
    }

    /// Returns whether the program runs without a user: in CI, and stdin is not a terminal.
    pub(crate) fn is_unattended(&self) -> bool {
        !io::stdin().is_terminal() && self.vars.get("CI").is_some()
    }
}
