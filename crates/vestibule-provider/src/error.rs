use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::Reason;

/// A source that was chosen and has no credentials to give.
///
/// Its text and its causes are those of the source's own error; what it adds is what to make of
/// it. Cheap to clone: all who wait for one refresh get the same error.
#[derive(Clone, Debug)]
pub struct ProvideError {
    provider: &'static str,
    kind: ProvideErrorKind,
    error: Arc<dyn Error + Send + Sync>,
    chosen_by: Option<Arc<str>>,
    passed_over: Option<Arc<Reason>>,
}

/// What to make of a [`ProvideError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvideErrorKind {
    /// A person has to sign in. Asking again will not help before that.
    SignInNeeded,
    /// A person has to read a code off an MFA device, and nobody could be asked.
    CodeNeeded,
    /// What is configured cannot work.
    Configuration,
    /// The service or the program behind the source said no, for good.
    Refused,
    /// The service said no to what it was asked with, such as credentials that are over: their
    /// source may have others by now.
    Rejected,
    /// The source is there, and closed to this caller; nobody said that it was to be asked.
    Closed,
    /// Asking later may help: the network, an overloaded service.
    Transient,
}

impl ProvideErrorKind {
    /// True if asking again will not help before somebody has done something about it.
    ///
    /// Such an error is everybody's at once, even while other credentials would still serve, and
    /// is remembered for a moment; any other is met by using on what is held, where the
    /// [policy](crate::refresh::Policy) allows it. AWS's refresh specification calls these
    /// non-recoverable: no sign-in, and from STS `AccessDenied`, `MalformedPolicyDocument`,
    /// `PackedPolicyTooLarge`, `RegionDisabledException`, `IDPRejectedClaim` and
    /// `InvalidIdentityToken`, but not `ExpiredToken` and `IDPCommunicationError`.
    pub const fn is_permanent(self) -> bool {
        match self {
            Self::SignInNeeded | Self::CodeNeeded | Self::Configuration | Self::Refused => true,
            Self::Rejected | Self::Closed | Self::Transient => false,
        }
    }
}

impl ProvideError {
    /// The error of a source.
    pub fn new(
        provider: &'static str,
        kind: ProvideErrorKind,
        error: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { provider, kind, error: Arc::from(error.into()), chosen_by: None, passed_over: None }
    }

    /// With the line or variable that chose the source, unless one nearer to it was named.
    #[must_use]
    pub fn chosen_by(mut self, what: &str) -> Self {
        self.chosen_by.get_or_insert_with(|| Arc::from(what));
        self
    }

    /// With the sources that were asked before, and were not set up.
    pub(crate) fn after(mut self, passed_over: Reason) -> Self {
        self.passed_over.get_or_insert_with(|| Arc::new(passed_over));
        self
    }

    /// The sources that a chain had asked before this one, and what they miss.
    pub fn passed_over(&self) -> Option<&Reason> {
        self.passed_over.as_deref()
    }

    /// The line or variable that chose the source, where one did.
    pub fn choice(&self) -> Option<&str> {
        self.chosen_by.as_deref()
    }

    /// The name of the source.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// What to make of it.
    pub fn kind(&self) -> ProvideErrorKind {
        self.kind
    }

    /// The error of the source itself.
    pub fn inner(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }
}

impl fmt::Display for ProvideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for ProvideError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
