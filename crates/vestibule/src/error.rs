use std::error::Error as StdError;
use std::fmt;

use vestibule_chain::{Environment, ReadError};
use vestibule_profile::{Origin, Settings};
use vestibule_provider::{
    ChosenBy, Error as ProviderError, ErrorKind as ProviderErrorKind, ExpiredCredentials,
    SkippedSources,
};
use vestibule_sso::{NotRefreshable, StoreErrorKind};
use vestibule_types::{Timestamp, with_causes};
use vestibule_wire::EndpointError;
use vestibule_world::{CallError, NoRuntime, TransportErrorKind, find_in_chain};

use crate::Remedy;

/// Error returned by all calls of this crate.
///
/// [`Error::kind`] is for decisions and [`Error::remedy`] says what resolves it.
///
/// | format | shows |
/// |---|---|
/// | `{}` | the error without its causes, which [`source`](StdError::source) returns |
/// | `{:#}` | the error and its causes, separated by colons |
/// | `{:?}` | as `{:#}`, and the remedy; a `main` that returns the error prints this |
/// | `{:#?}` | the fields |
///
/// The error of [`ErrorKind::NothingConfigured`] has a line for each source; all others are one line.
///
/// ```
/// # use vestibule::world::memory;
/// use vestibule::{ErrorKind, Remedy};
///
/// # let builder = vestibule::Session::builder().world(memory::world());
/// let session = builder.load_blocking()?;
/// let error = session.blocking().credentials().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NothingConfigured);
/// assert_eq!(error.remedy(), Some(&Remedy::SetUp));
/// // Prints, for example, `the token could not be refreshed: could not connect to …`.
/// eprintln!("{error:#}");
/// if let Some(remedy) = error.remedy() {
///     eprintln!("to resolve it: {remedy}");
/// }
/// # Ok::<(), vestibule::Error>(())
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    remedy: Option<Remedy>,
    provider: Option<String>,
    chosen_by: Option<ChosenBy>,
    excerpt: Option<String>,
    error: Boxed,
}

/// The kinds of [`Error`]; small and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The user has to sign in, or to enter an MFA code.
    SignInNeeded,
    /// The configuration is not valid, or names something that does not exist.
    Configuration,
    /// No source of credentials is configured.
    NothingConfigured,
    /// A service or a program refused.
    Refused,
    /// A temporary failure of the network or a service.
    Unavailable,
    /// A fault of this machine: a folder that cannot be written, a port in use.
    Machine,
    /// An async call outside of a tokio runtime.
    NoRuntime,
    /// The user cancelled.
    Cancelled,
    /// An argument of the caller is not valid, such as a value that no file can contain.
    InvalidInput,
}

impl ErrorKind {
    /// Returns the name for programs: `sign-in-needed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign-in-needed",
            Self::Configuration => "configuration",
            Self::NothingConfigured => "nothing-configured",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Machine => "machine",
            Self::Cancelled => "cancelled",
            Self::NoRuntime => "no-runtime",
            Self::InvalidInput => "invalid-input",
        }
    }
}

/// The variables of static credentials.
const KEY_VARIABLES: [&str; 3] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

type Boxed = Box<dyn StdError + Send + Sync>;

impl Error {
    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns what resolves the error, if that is known.
    pub fn remedy(&self) -> Option<&Remedy> {
        self.0.remedy.as_ref()
    }

    /// Finds the error of this crate among the sources of an error of another library, which got its
    /// credentials from an adapter.
    ///
    /// ```
    /// # use vestibule::world::memory;
    /// # let builder = vestibule::Session::builder().world(memory::world());
    /// use vestibule::{Error, Remedy};
    ///
    /// # let session = builder.load_blocking()?;
    /// # let error = session.blocking().credentials().unwrap_err();
    /// let error = std::io::Error::other(error);
    /// let found = Error::find_in_chain(&error).unwrap();
    /// assert_eq!(found.remedy(), Some(&Remedy::SetUp));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    pub fn find_in_chain<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        find_in_chain(error)
    }

    /// Returns the message and those of its causes, with times in the format of the caller; `Display`
    /// has them in UTC.
    #[inline]
    pub fn messages(&self, time: fn(Timestamp) -> String) -> Vec<String> {
        let error: &(dyn StdError + 'static) = &*self.0.error;
        std::iter::successors(Some(error), |&error| error.source())
            .map(|error| message(error, time))
            .collect()
    }

    /// Returns the name of the provider that failed, such as `sso`, or that of a custom provider.
    pub fn provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// Returns the setting that selected the source that failed.
    pub fn chosen_by(&self) -> Option<&ChosenBy> {
        self.0.chosen_by.as_ref()
    }

    /// Returns the invalid line of a file, with a mark below the invalid column.
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, error: impl Into<Boxed>) -> Self {
        let error = error.into();
        let (remedy, provider, chosen_by, excerpt) = (None, None, None, None);
        Self(Box::new(Inner { kind, remedy, provider, chosen_by, excerpt, error })).check_runtime()
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn with_chosen_by(mut self, chosen_by: Option<ChosenBy>) -> Self {
        self.0.chosen_by = chosen_by;
        self
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<Option<Remedy>>) -> Self {
        if self.0.kind != ErrorKind::NoRuntime {
            self.0.remedy = remedy.into();
            // A host name that does not resolve, for example, will not resolve later either.
            if self.0.remedy == Some(Remedy::TryLater)
                && let Some(kind) = TransportErrorKind::find_in_chain(&*self.0.error)
                && !kind.passes_by_itself()
            {
                self.0.remedy = Some(Remedy::CheckNetwork);
            }
        }
        self
    }

    /// Replaces the kind if the cause is the lack of a runtime.
    fn check_runtime(mut self) -> Self {
        if find_in_chain::<NoRuntime>(&*self.0.error).is_some() {
            (self.0.kind, self.0.remedy) = (ErrorKind::NoRuntime, Some(Remedy::EnterRuntime));
        }
        self
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Option<String>) -> Self {
        self.0.excerpt = excerpt;
        self
    }

    pub(crate) fn configuration(error: vestibule_profile::Error) -> Self {
        let remedy = Remedy::FixConfiguration { origin: error.origin() };
        let excerpt = error.caret().map(str::to_owned);
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy).with_excerpt(excerpt)
    }

    /// Creates the error for a variable with an invalid value.
    pub(crate) fn variable(name: &str, error: impl Into<Boxed>) -> Self {
        let origin = Origin::Variable(name.to_owned().into());
        let remedy = Remedy::FixConfiguration { origin };
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy)
    }

    pub(crate) fn unreadable(error: ReadError) -> Self {
        let remedy = Remedy::FixFile { location: error.location.clone() };
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy)
    }

    pub(crate) fn endpoint(error: EndpointError, settings: &Settings) -> Self {
        let remedy = match &error {
            EndpointError::MissingRegion => Some(Remedy::SetRegion),
            EndpointError::InvalidUrl { url } => {
                let urls =
                    ["sso_oidc", "sso", "sts", "signin"].map(|id| settings.endpoint_urls.get(id));
                let wrong = urls.into_iter().flatten().find(|given| given.value.starts_with(url));
                wrong.map(|given| Remedy::FixConfiguration { origin: given.origin.clone() })
            }
            _ => None,
        };
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy)
    }

    /// Creates the error of a session; `sign_in` returns the remedy for a missing sign-in.
    #[inline]
    pub(crate) fn session(error: vestibule_sso::Error, sign_in: impl FnOnce() -> Remedy) -> Self {
        use vestibule_sso::Error::{CannotRefresh, SignInNeeded, Store};
        let (kind, remedy) = match &error {
            SignInNeeded(_) => (ErrorKind::SignInNeeded, Some(sign_in())),
            CannotRefresh { is_transient: true, .. } => {
                (ErrorKind::Unavailable, Some(Remedy::TryLater))
            }
            CannotRefresh { .. } => (ErrorKind::Refused, None),
            Store(error) if error.kind == StoreErrorKind::ReadOnly => {
                (ErrorKind::Machine, Remedy::for_store(error))
            }
            _ => (ErrorKind::Machine, None),
        };
        Self::new(kind, error).with_remedy(remedy)
    }

    /// Creates the error of a provider; `remedy` is for a missing sign-in or MFA code, or a refusal.
    pub(crate) fn from_provider(error: ProviderError, remedy: Option<Remedy>) -> Self {
        let expired = error.inner().downcast_ref::<ExpiredCredentials>();
        let (kind, remedy) = match error.kind() {
            _ if expired.is_some_and(|expired| expired.location == Environment::LOCATION) => {
                (ErrorKind::Configuration, Some(Remedy::UnsetVariables { names: &KEY_VARIABLES }))
            }
            ProviderErrorKind::SignInNeeded | ProviderErrorKind::CodeNeeded => {
                (ErrorKind::SignInNeeded, remedy)
            }
            ProviderErrorKind::Configuration if lacks_region(&error) => {
                (ErrorKind::Configuration, Some(Remedy::SetRegion))
            }
            ProviderErrorKind::Configuration => {
                let origin = error.chosen_by().map(|chosen_by| chosen_by.origin().clone());
                let fix = origin.map(|origin| Remedy::FixConfiguration { origin });
                (ErrorKind::Configuration, fix)
            }
            ProviderErrorKind::Transient => {
                let check =
                    |it: &ExpiredCredentials| Remedy::CheckSource { location: it.location.clone() };
                (ErrorKind::Unavailable, Some(expired.map_or(Remedy::TryLater, check)))
            }
            _ => (ErrorKind::Refused, remedy),
        };
        let (provider, chosen_by) = (Some(error.provider().to_owned()), error.chosen_by().cloned());
        let mut error = Self::new(kind, error).with_remedy(remedy);
        (error.0.provider, error.0.chosen_by) = (provider, chosen_by);
        error
    }

    pub(crate) fn not_configured(skipped: SkippedSources) -> Self {
        Self::new(ErrorKind::NothingConfigured, NotConfigured(skipped)).with_remedy(Remedy::SetUp)
    }

    /// Creates the error for instance metadata that is closed to this process.
    pub(crate) fn closed(error: &ProviderError) -> Self {
        let mut skipped = error.skipped_sources().cloned().unwrap_or_default();
        let cause = StdError::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        skipped.append(SkippedSources::new(error.provider(), format!("{error}{cause}")));
        Self::not_configured(skipped)
    }

    /// Creates the error of a call; `is_refusal` returns whether an error of the service is final.
    #[inline]
    pub(crate) fn call<E>(error: CallError<E>, is_refusal: impl FnOnce(&E) -> bool) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        let is_transient = error.is_transient(|error| !is_refusal(error));
        let kind = if is_transient { ErrorKind::Unavailable } else { ErrorKind::Refused };
        let remedy = (kind == ErrorKind::Unavailable).then_some(Remedy::TryLater);
        Self::new(kind, error).with_remedy(remedy)
    }
}

/// Returns the message of one error, without its causes. Errors whose message has a time are found by
/// their type, so that the time is in the caller's format.
#[inline]
fn message(error: &(dyn StdError + 'static), time: fn(Timestamp) -> String) -> String {
    if let Some(error) = error.downcast_ref::<ProviderError>() {
        message(error.inner(), time)
    } else if let Some(error) = error.downcast_ref::<ExpiredCredentials>() {
        error.message(time)
    } else if let Some(error) = error.downcast_ref::<vestibule_sso::Error>() {
        error.message(time)
    } else if let Some(reason) = error.downcast_ref::<NotRefreshable>() {
        reason.message(time)
    } else {
        error.to_string()
    }
}

fn lacks_region(error: &ProviderError) -> bool {
    error.inner().downcast_ref() == Some(&EndpointError::MissingRegion)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f.write_str(&with_causes(&*self.0.error));
        }
        self.0.error.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, remedy, provider, chosen_by, excerpt, error } = &*self.0;
        if f.alternate() {
            let mut parts = f.debug_struct("Error");
            parts.field("kind", kind).field("remedy", remedy).field("provider", provider);
            parts.field("chosen_by", chosen_by);
            return parts.field("excerpt", excerpt).field("error", error).finish();
        }
        f.write_str(&with_causes(&**error))?;
        match remedy {
            Some(remedy) => write!(f, " (to resolve it: {remedy})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.error.source()
    }
}

/// Error returned when no source of credentials is configured. It has a line for each source with the
/// reason why it was skipped.
#[derive(Debug)]
struct NotConfigured(SkippedSources);

impl fmt::Display for NotConfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no AWS credentials found; looked in:")?;
        self.0.iter().try_for_each(|(source, reason)| write!(f, "\n  {source}: {reason}"))
    }
}

impl StdError for NotConfigured {}

#[cfg(test)]
mod tests {
    use std::io;

    use vestibule_world::TransportError;

    use super::*;

    #[test]
    fn error_with_causes_is_one_line_and_debug_adds_the_remedy() {
        let lost = TransportError::new(TransportErrorKind::Connect, "host.test")
            .with_source(io::Error::other("connection refused"));
        let error = Error::call::<io::Error>(CallError::Transport(lost), |_| true);
        let text = "could not connect to host.test: connection refused";
        assert_eq!(format!("{error:#}"), text);
        assert_eq!(
            format!("{error:?}"),
            format!("{text} (to resolve it: {})", Remedy::CheckNetwork)
        );
        assert!(format!("{error:#?}").contains("kind: Unavailable"));
    }
}
