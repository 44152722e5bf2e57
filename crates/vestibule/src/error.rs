use std::error::Error as StdError;
use std::fmt;

use vestibule_chain::{Environment, ReadError};
use vestibule_profile::Settings;
use vestibule_provider::{
    Error as ProviderError, ErrorKind as ProviderErrorKind, ExpiredCredentials, SkippedSources,
};
use vestibule_wire::EndpointError;
use vestibule_world::CallError;

use crate::Remedy;

/// Why there is no answer.
///
/// [`Error::kind`] is for deciding, [`Error::remedy`] says what would help, `Display` and the
/// sources say what happened: each level its own part, never the same twice.
///
/// `Debug` is all of it in words, for a `main` that returns it; `{:#?}` shows the parts.
pub struct Error {
    kind: ErrorKind,
    remedy: Option<Remedy>,
    choice: Option<String>,
    excerpt: Option<String>,
    inner: Box<dyn StdError + Send + Sync>,
}

/// The kinds of [`Error`]; small and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A person has to sign in, or to type a code.
    SignInNeeded,
    /// The configuration is wrong, or something that was named does not exist.
    Configuration,
    /// No source of credentials is set up.
    NothingConfigured,
    /// A service or a program said no.
    Refused,
    /// The network or a service failed in a way that may pass.
    Unavailable,
    /// This machine cannot do it: a folder that cannot be written, a port in use.
    Machine,
    /// The person gave up.
    Cancelled,
    /// What the caller asked for cannot be: a value that no file can hold.
    Usage,
}

impl ErrorKind {
    /// A word for programs: `sign-in-needed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign-in-needed",
            Self::Configuration => "configuration",
            Self::NothingConfigured => "nothing-configured",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Machine => "machine",
            Self::Cancelled => "cancelled",
            Self::Usage => "usage",
        }
    }
}

/// The variables of static credentials.
const KEY_VARIABLES: [&str; 3] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

type Boxed = Box<dyn StdError + Send + Sync>;

impl Error {
    /// What to make of it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What would help.
    pub fn remedy(&self) -> Option<&Remedy> {
        self.remedy.as_ref()
    }

    /// The error of this crate behind one of another library, which may have been handed its
    /// credentials by an adapter; `None` if the trouble lies elsewhere.
    pub fn find_in_chain<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |&error| error.source())
            .find_map(|error| error.downcast_ref())
    }

    /// The line or variable that chose the source that failed.
    pub fn chosen_by(&self) -> Option<&str> {
        self.choice.as_deref()
    }

    /// The line of a file that could not be read, with a mark under the place.
    pub fn excerpt(&self) -> Option<&str> {
        self.excerpt.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, error: impl Into<Boxed>) -> Self {
        let inner = error.into();
        Self { kind, remedy: None, choice: None, excerpt: None, inner }
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<Option<Remedy>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Option<String>) -> Self {
        self.excerpt = excerpt;
        self
    }

    pub(crate) fn configuration(error: vestibule_profile::Error) -> Self {
        let remedy = Remedy::FixConfiguration { at: error.origin().to_string() };
        let excerpt = error.caret().map(str::to_owned);
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy).with_excerpt(excerpt)
    }

    pub(crate) fn unreadable(error: ReadError) -> Self {
        let remedy = Remedy::FixConfiguration { at: error.path.display().to_string() };
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy)
    }

    pub(crate) fn endpoint(error: EndpointError, settings: &Settings) -> Self {
        let remedy = match &error {
            EndpointError::MissingRegion => Some(Remedy::SetRegion),
            EndpointError::NotAUrl { url } => {
                let urls =
                    ["sso_oidc", "sso", "sts", "signin"].map(|id| settings.endpoint_urls.get(id));
                let wrong = urls.into_iter().flatten().find(|given| given.value.starts_with(url));
                wrong.map(|given| Remedy::FixConfiguration { at: given.origin.to_string() })
            }
            _ => None,
        };
        Self::new(ErrorKind::Configuration, error).with_remedy(remedy)
    }

    /// `sign_in` is what helps where a sign-in does.
    pub(crate) fn provide(error: ProviderError, sign_in: impl FnOnce() -> Option<Remedy>) -> Self {
        let expired = error.inner().downcast_ref::<ExpiredCredentials>();
        let (kind, remedy) = match error.kind() {
            _ if expired.is_some_and(|expired| expired.location == Environment::LOCATION) => {
                (ErrorKind::Configuration, Some(Remedy::UnsetVariables { names: &KEY_VARIABLES }))
            }
            ProviderErrorKind::SignInNeeded | ProviderErrorKind::CodeNeeded => {
                (ErrorKind::SignInNeeded, sign_in())
            }
            ProviderErrorKind::Configuration if misses_region(&error) => {
                (ErrorKind::Configuration, Some(Remedy::SetRegion))
            }
            ProviderErrorKind::Configuration => {
                let at = error
                    .chosen_by()
                    .map_or_else(|| "the configuration".to_owned(), |by| by.to_string());
                (ErrorKind::Configuration, Some(Remedy::FixConfiguration { at }))
            }
            ProviderErrorKind::Transient => {
                let check =
                    |it: &ExpiredCredentials| Remedy::CheckSource { location: it.location.clone() };
                (ErrorKind::Unavailable, Some(expired.map_or(Remedy::TryLater, check)))
            }
            _ => (ErrorKind::Refused, None),
        };
        let choice = error.chosen_by().map(ToString::to_string);
        let mut error = Self::new(kind, error).with_remedy(remedy);
        error.choice = choice;
        error
    }

    pub(crate) fn nothing(reason: SkippedSources) -> Self {
        Self::new(ErrorKind::NothingConfigured, Nothing(reason)).with_remedy(Remedy::SetUp)
    }

    /// As [`Error::nothing`], where the last source is there for others.
    pub(crate) fn closed(error: &ProviderError) -> Self {
        let mut reason = error.skipped_sources().cloned().unwrap_or_default();
        let why = StdError::source(error).map(|why| format!(": {why}")).unwrap_or_default();
        reason.append(SkippedSources::new(error.provider(), format!("{error}{why}")));
        Self::nothing(reason)
    }

    /// A call that came to nothing; `refused` says whether the service's word is final.
    pub(crate) fn call<E>(error: CallError<E>, refused: impl FnOnce(&E) -> bool) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        let kind = match &error {
            CallError::Transport(error) if error.kind.is_transient() => ErrorKind::Unavailable,
            CallError::Answer(answer) if !refused(answer) => ErrorKind::Unavailable,
            _ => ErrorKind::Refused,
        };
        let remedy = (kind == ErrorKind::Unavailable).then_some(Remedy::TryLater);
        Self::new(kind, error).with_remedy(remedy)
    }
}

fn misses_region(error: &ProviderError) -> bool {
    error.inner().downcast_ref() == Some(&EndpointError::MissingRegion)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, remedy, choice, excerpt, inner } = self;
        if f.alternate() {
            let mut parts = f.debug_struct("Error");
            parts.field("kind", kind).field("remedy", remedy).field("choice", choice);
            return parts.field("excerpt", excerpt).field("inner", inner).finish();
        }
        write!(f, "{inner}")?;
        let mut cause = inner.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        match remedy {
            Some(remedy) => write!(f, " (what would help: {remedy:?})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source()
    }
}

/// Each source and what it misses, as causes one below the other would be wrong: they are equals.
#[derive(Debug)]
struct Nothing(SkippedSources);

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no source of credentials is set up")?;
        self.0.iter().try_for_each(|(source, misses)| write!(f, "\n  {source}: {misses}"))
    }
}

impl StdError for Nothing {}

#[cfg(test)]
mod tests {
    use std::io;

    use vestibule_world::{TransportError, TransportErrorKind};

    use super::*;

    #[test]
    fn a_main_that_returns_it_says_all_that_helps() {
        let lost = TransportError::new(TransportErrorKind::Connect, "no answer")
            .with_source(io::Error::other("nobody listens"));
        let error = Error::call::<io::Error>(CallError::Transport(lost), |_| true);
        let said = "could not connect (no answer): nobody listens (what would help: TryLater)";
        assert_eq!(format!("{error:?}"), said);
        assert!(format!("{error:#?}").contains("kind: Unavailable"));
    }
}
