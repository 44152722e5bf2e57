use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use vestibule_profile::Origin;
use vestibule_types::Timestamp;
use vestibule_world::CallError;

use crate::SkippedSources;

/// Error returned when a configured source cannot give credentials.
///
/// `Display` and `source()` are those of the source's own error. Clones share one error, so that
/// all callers that wait for one refresh get the same.
#[derive(Clone, Debug)]
pub struct Error(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    provider: String,
    kind: ErrorKind,
    error: Arc<dyn StdError + Send + Sync>,
    chosen_by: Option<ChosenBy>,
    skipped: Option<SkippedSources>,
    delays_retries: bool,
}

/// The kinds of [`Error`], by what the caller can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The user has to sign in; until then, every attempt fails.
    SignInNeeded,
    /// A code of an MFA device is needed, and no prompt is available.
    CodeNeeded,
    /// The configuration is not valid.
    Configuration,
    /// The service or the program behind the source refused, and a retry cannot succeed.
    Refused,
    /// The service rejected the credentials or the token of the request, for instance as expired;
    /// the next attempt may have newer ones.
    Rejected,
    /// There was no usable response, for a reason that a retry does not change: a certificate that is
    /// not trusted, a proxy that refuses, a body without end. Another network may be without it.
    Unreachable,
    /// Instance metadata exists, but is closed to this caller, and no setting selects it.
    Closed,
    /// A temporary failure: the network, or an overloaded service. A retry may succeed.
    Transient,
}

impl ErrorKind {
    /// Returns the kind of a failed call; `classify` returns that of an error response.
    pub fn from_call<E: StdError + 'static>(
        error: &CallError<E>,
        classify: impl FnOnce(&E) -> Self,
    ) -> Self {
        match error {
            CallError::Response(error) => classify(error),
            CallError::Transport(error) if error.kind.is_transient() => Self::Transient,
            CallError::Transport(_) => Self::Unreachable,
            CallError::Request(_) => Self::Configuration,
        }
    }

    /// Returns `true` if no retry can succeed before the user or an administrator acts.
    ///
    /// A permanent error is returned at once, even while the cached credentials are still valid.
    /// AWS's refresh specification calls these errors non-recoverable: a missing sign-in, and from
    /// STS `AccessDenied`, `MalformedPolicyDocument`, `PackedPolicyTooLarge`,
    /// `RegionDisabledException`, `IDPRejectedClaim` and `InvalidIdentityToken`, but not
    /// `ExpiredToken` and `IDPCommunicationError`.
    pub const fn is_permanent(self) -> bool {
        match self {
            Self::SignInNeeded | Self::CodeNeeded | Self::Configuration | Self::Refused => true,
            Self::Rejected | Self::Unreachable | Self::Closed | Self::Transient => false,
        }
    }
}

/// The setting that selected a source.
///
/// `Display` is `sso_session, ~/.aws/config:2`, or the name of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenBy {
    setting: Option<Cow<'static, str>>,
    origin: Origin,
}

impl ChosenBy {
    /// Creates the source of a setting, with its place in a file.
    pub fn setting(name: impl Into<Cow<'static, str>>, origin: &Origin) -> Self {
        Self { setting: Some(name.into()), origin: origin.clone() }
    }

    /// Creates the source of an environment variable.
    pub fn variable(name: impl Into<Cow<'static, str>>) -> Self {
        Self::from(Origin::Variable(name.into()))
    }

    /// Returns where the setting is written.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl From<Origin> for ChosenBy {
    fn from(origin: Origin) -> Self {
        Self { setting: None, origin }
    }
}

impl fmt::Display for ChosenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.setting {
            Some(setting) => write!(f, "{setting}, {}", self.origin),
            None => self.origin.fmt(f),
        }
    }
}

/// Error returned when a source gave credentials that had expired already.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpiredCredentials {
    /// The source: a variable, a program or an address.
    pub location: String,
    /// The time at which the credentials expired.
    pub expired_at: Timestamp,
    /// The time of the error, by our clock.
    pub now: Timestamp,
}

impl ExpiredCredentials {
    /// Returns the message with times in the format of the caller; `Display` has them in UTC.
    pub fn message(&self, time: fn(Timestamp) -> String) -> String {
        let Self { location, expired_at, now } = self;
        let (expired_at, now) = (time(*expired_at), time(*now));
        format!("the credentials from {location} expired at {expired_at} (it is now {now})")
    }
}

impl fmt::Display for ExpiredCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(|at| at.to_string()))
    }
}

impl StdError for ExpiredCredentials {}

impl Error {
    /// Creates the error of a provider, by the provider's name.
    pub fn new(
        provider: impl Into<String>,
        kind: ErrorKind,
        error: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::from_parts(provider.into(), kind, error.into())
    }

    /// Creates an error, as [`Error::new`]; compiled once for all types of errors.
    fn from_parts(
        provider: String,
        kind: ErrorKind,
        error: Box<dyn StdError + Send + Sync>,
    ) -> Self {
        Self(Arc::new(Inner {
            provider,
            kind,
            error: error.into(),
            chosen_by: None,
            skipped: None,
            delays_retries: false,
        }))
    }

    /// Adds the setting that selected the source. The first one stays: it is the most specific.
    #[must_use]
    pub fn with_chosen_by(mut self, chosen_by: ChosenBy) -> Self {
        Arc::make_mut(&mut self.0).chosen_by.get_or_insert(chosen_by);
        self
    }

    /// Marks the error of a source that delays its retries by itself and looks for a change with
    /// every call, such as a new token on disk. [`Cached`](crate::Cached) does not remember it.
    #[must_use]
    pub fn with_delayed_retries(mut self) -> Self {
        Arc::make_mut(&mut self.0).delays_retries = true;
        self
    }

    /// Returns whether the source delays its retries by itself.
    pub(crate) fn delays_retries(&self) -> bool {
        self.0.delays_retries
    }

    pub(crate) fn with_skipped(mut self, skipped: SkippedSources) -> Self {
        Arc::make_mut(&mut self.0).skipped.get_or_insert(skipped);
        self
    }

    /// Returns the sources that a chain skipped before this one.
    pub fn skipped_sources(&self) -> Option<&SkippedSources> {
        self.0.skipped.as_ref()
    }

    /// Returns the setting that selected the source, if one did.
    pub fn chosen_by(&self) -> Option<&ChosenBy> {
        self.0.chosen_by.as_ref()
    }

    /// Returns the name of the provider.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the error of the source itself.
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0.error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.error.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(fmt::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn call_that_failed_for_a_moment_is_transient_and_a_network_that_refuses_is_not() {
        use vestibule_world::{CallError, TransportError, TransportErrorKind};

        let kind_of =
            |error: CallError<fmt::Error>| ErrorKind::from_call(&error, |_| ErrorKind::Refused);
        for (transport, expected) in [
            (TransportErrorKind::Timeout, ErrorKind::Transient),
            (TransportErrorKind::Lost, ErrorKind::Transient),
            (TransportErrorKind::Tls, ErrorKind::Unreachable),
            (TransportErrorKind::ProxyRefused, ErrorKind::Unreachable),
        ] {
            let error = TransportError::new(transport, "https://sts.test");
            assert_eq!(kind_of(CallError::Transport(error)), expected, "{transport:?}");
        }
        assert_eq!(kind_of(CallError::Response(fmt::Error)), ErrorKind::Refused);
    }

    #[test]
    fn error_has_message_and_cause_of_the_source_and_the_name_of_the_provider() {
        let error = Error::new("sso", ErrorKind::Transient, Outer(fmt::Error));
        assert_eq!((error.provider(), &*error.to_string()), ("sso", "outer"));
        assert!(error.source().is_some_and(<dyn StdError>::is::<fmt::Error>));
        assert!(error.chosen_by().is_none());
    }

    #[test]
    fn first_setting_that_selected_the_source_is_named() {
        let setting = ChosenBy::setting("role_arn", &Origin::Variable("AWS_PROFILE".into()));
        let error = Error::new("sts", ErrorKind::Refused, "no")
            .with_chosen_by(setting)
            .with_chosen_by(ChosenBy::variable("AWS_REGION"));
        let shown = error.chosen_by().map(ToString::to_string);
        assert_eq!(shown.as_deref(), Some("role_arn, AWS_PROFILE"));
        assert_eq!(ChosenBy::variable("AWS_REGION").to_string(), "AWS_REGION");
    }
}
