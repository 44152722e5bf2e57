use crate::Fix;

/// One result of a check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the check, such as `clock`.
    pub check: &'static str,
    /// The severity.
    pub state: State,
    /// A description that names the file and line, the variable or the address.
    pub text: String,
    /// An action of the user that resolves the finding, if one is known.
    pub remedy: Option<Remedy>,
    /// A safe change that resolves the finding, if there is one.
    pub fix: Option<Fix>,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "programs show each severity in its own way")]
pub enum State {
    /// The check found nothing wrong.
    Ok,
    /// Not wrong in itself, but a possible cause of other errors.
    Note,
    /// An error now, or with the next use.
    Problem(Cause),
}

/// The origin of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The machine, the network or a service.
    Machine,
    /// The user has to sign in.
    SignInNeeded,
    /// Configuration files or environment variables.
    Configuration,
}

/// An action of the user that resolves a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// A remedy that the library names in its errors too.
    Library(vestibule::Remedy),
    /// Correct the configuration at this place: a line, a variable.
    Correct {
        /// The place.
        place: String,
    },
    /// Unset these environment variables.
    Unset(Vec<String>),
    /// Set the machine's clock.
    SetClock,
    /// Make this address reachable, directly or through a proxy.
    Connect {
        /// Scheme, host and port.
        to: String,
    },
    /// Give this folder and its files back to the user.
    ChangeOwner {
        /// The folder.
        folder: std::path::PathBuf,
        /// The user id.
        owner: u32,
    },
    /// Trust the root certificate of a proxy that intercepts TLS.
    TrustCertificate,
    /// Take the write permission of group and others from this folder.
    RestrictFolder {
        /// The folder.
        folder: std::path::PathBuf,
    },
}

impl Finding {
    pub(crate) fn ok(text: impl Into<String>) -> Self {
        Self::new(State::Ok, text)
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

    /// Adds the remedy of correcting the configuration at a place.
    pub(crate) fn with_place(self, place: impl Into<String>) -> Self {
        self.with_remedy(Remedy::Correct { place: place.into() })
    }

    pub(crate) fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    fn new(state: State, text: impl Into<String>) -> Self {
        Self { check: "", state, text: text.into(), remedy: None, fix: None }
    }
}
