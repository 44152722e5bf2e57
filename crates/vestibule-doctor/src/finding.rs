use crate::Fix;

/// What a check has to say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the check: `clock`.
    pub check: &'static str,
    /// How grave it is.
    pub state: State,
    /// What it is, with the place.
    pub text: String,
    /// What would help, where something would.
    pub remedy: Option<Remedy>,
    /// What would mend it without harm, where that can be done here.
    pub fix: Option<Fix>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "good, worth knowing, or bad")]
pub enum State {
    /// As it should be.
    Fine,
    /// Worth knowing, when something else goes wrong.
    Note,
    /// It keeps something from working, or will.
    Problem(Cause),
}

/// Where a problem lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// With the machine, the network or a service.
    Machine,
    /// A person has to sign in.
    SignIn,
    /// With what is configured: files and variables.
    Configuration,
}

/// What would help, as a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// What the library knows to say.
    Known(vestibule::Remedy),
    /// These variables are not set.
    Unset(Vec<String>),
    /// The machine's clock is set.
    SetClock,
    /// Somebody sees to the way to this address, or to the proxy.
    Connect {
        /// Scheme, host and port.
        to: String,
    },
    /// Others may no longer write to this folder.
    Narrow {
        /// The folder.
        folder: std::path::PathBuf,
    },
}

impl Finding {
    pub(crate) fn fine(text: impl Into<String>) -> Self {
        Self::new(State::Fine, text)
    }

    pub(crate) fn note(text: impl Into<String>) -> Self {
        Self::new(State::Note, text)
    }

    pub(crate) fn problem(cause: Cause, text: impl Into<String>) -> Self {
        Self::new(State::Problem(cause), text)
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<Option<Remedy>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// With the place in the configuration that has to be corrected.
    pub(crate) fn at(self, at: impl Into<String>) -> Self {
        let at = at.into();
        self.with_remedy(Remedy::Known(vestibule::Remedy::FixConfiguration { at }))
    }

    pub(crate) fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    fn new(state: State, text: impl Into<String>) -> Self {
        Self { check: "", state, text: text.into(), remedy: None, fix: None }
    }
}
