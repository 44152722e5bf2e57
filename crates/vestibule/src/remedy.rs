use std::fmt;
use std::path::PathBuf;

use vestibule_sso::{StoreError, StoreErrorKind};

use vestibule_profile::{Location, Origin};

/// A way to resolve an [`Error`](crate::Error), as data.
///
/// `Display` is a request to the user, without the name of a program. [`Remedy::command`] is the
/// command of the program `vestibule`, for those that expect it to be installed.
///
/// ```
/// use vestibule::Remedy;
///
/// let remedy = Remedy::SignIn { session: Some("my-sso".into()), profile: "dev".into() };
/// assert_eq!(remedy.to_string(), "sign in to the SSO session \"my-sso\"");
/// assert_eq!(remedy.command().unwrap(), ["vestibule", "login", "--sso-session", "my-sso"]);
/// assert_eq!(Remedy::TryLater.command(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Sign in: to the SSO session, as `aws sso login --sso-session` does; without one, with the
    /// profile.
    SignIn {
        /// The SSO session; `None` for a profile without `sso_session`.
        session: Option<String>,
        /// The profile.
        profile: String,
    },
    /// Enter the code of an MFA device; see [`Builder::mfa_prompt`](crate::Builder::mfa_prompt).
    /// Where role credentials are shared, any program may prompt for it.
    EnterCode {
        /// The profile.
        profile: String,
    },
    /// List the roles that the user may use in an account: this one is not assigned, or misspelled.
    ListRoles {
        /// The account id.
        account_id: String,
        /// The SSO session; `None` for a profile without `sso_session`.
        session: Option<String>,
        /// The profile.
        profile: String,
    },
    /// Correct a setting.
    FixConfiguration {
        /// The line of a file, the variable or the argument.
        origin: Origin,
    },
    /// Correct one of several settings, which contradict each other.
    FixOneOf {
        /// The lines of files, the variables or the arguments.
        origins: Vec<Origin>,
    },
    /// Make a configuration file readable.
    FixFile {
        /// The file.
        location: Location,
    },
    /// Configure a source of credentials.
    SetUp,
    /// Configure a region.
    SetRegion,
    /// Make a folder writable, or select another one.
    MakeWritable {
        /// The folder.
        folder: PathBuf,
    },
    /// Use another port, or the device authorization flow, which needs none.
    UseAnotherFlow,
    /// Unset variables whose credentials have expired.
    UnsetVariables {
        /// The names of the variables.
        names: &'static [&'static str],
    },
    /// Check why a program or an endpoint gives expired credentials.
    CheckSource {
        /// The program or the address.
        location: String,
    },
    /// Call from within a tokio runtime with IO and time enabled, or use the blocking form:
    /// [`Session::blocking`](crate::Session::blocking),
    /// [`IdentityCenter::blocking`](crate::IdentityCenter::blocking).
    EnterRuntime,
    /// Check the network: the host, the proxy, the names in the configuration.
    CheckNetwork,
    /// Try again later.
    TryLater,
}

impl Remedy {
    /// Returns the command of the program `vestibule` that resolves the error, word by word; `None`
    /// if it is not a matter of one command.
    ///
    /// The words are not quoted for a shell.
    #[inline]
    pub fn command(&self) -> Option<Vec<String>> {
        let words = |words: &[&str]| {
            let words = std::iter::once("vestibule").chain(words.iter().copied());
            Some(words.map(str::to_owned).collect())
        };
        match self {
            Self::SignIn { session: Some(session), .. } => {
                words(&["login", "--sso-session", session])
            }
            Self::SignIn { session: None, profile } => words(&["login", "--profile", profile]),
            Self::EnterCode { profile } => words(&["whoami", "--profile", profile]),
            Self::ListRoles { account_id, session: Some(session), .. } => {
                words(&["list-roles", "--account-id", account_id, "--sso-session", session])
            }
            Self::ListRoles { account_id, session: None, profile } => {
                words(&["list-roles", "--account-id", account_id, "--profile", profile])
            }
            Self::SetUp => words(&["configure", "sso"]),
            Self::UseAnotherFlow => words(&["login", "--use-device-code"]),
            Self::CheckNetwork => words(&["doctor"]),
            Self::FixConfiguration { .. }
            | Self::FixOneOf { .. }
            | Self::FixFile { .. }
            | Self::SetRegion
            | Self::MakeWritable { .. }
            | Self::UnsetVariables { .. }
            | Self::CheckSource { .. }
            | Self::EnterRuntime
            | Self::TryLater => None,
        }
    }

    /// Returns the remedy for a store that cannot be written.
    pub(crate) fn for_store(error: &StoreError) -> Option<Self> {
        let folder = error.folder.clone().filter(|_| error.kind != StoreErrorKind::Full);
        folder.map(|folder| Self::MakeWritable { folder })
    }
}

/// Shows what the user has to do, as a request without a full stop.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn { session: Some(session), .. } => {
                write!(f, "sign in to the SSO session \"{session}\"")
            }
            Self::SignIn { session: None, profile } => {
                write!(f, "sign in with the profile \"{profile}\"")
            }
            Self::EnterCode { profile } => {
                write!(f, "enter the code of the MFA device of the profile \"{profile}\"")
            }
            Self::ListRoles { account_id, .. } => {
                write!(f, "use one of the roles that you have in the account {account_id}")
            }
            Self::FixConfiguration { origin } => write!(f, "correct {origin}"),
            Self::FixOneOf { origins } => {
                let origins: Vec<_> = origins.iter().map(ToString::to_string).collect();
                write!(f, "correct {}", origins.join(" or "))
            }
            Self::FixFile { location } => write!(f, "correct {location}"),
            Self::SetUp => f.write_str("configure a source of credentials"),
            Self::SetRegion => f.write_str("set AWS_REGION, or write `region` into the profile"),
            Self::MakeWritable { folder } => write!(f, "make {} writable", folder.display()),
            Self::UseAnotherFlow => {
                f.write_str("use another port, or the device authorization flow")
            }
            Self::UnsetVariables { names } => write!(f, "unset {}", names.join(", ")),
            Self::CheckSource { location } => {
                write!(f, "check why {location} gives expired credentials")
            }
            Self::EnterRuntime => {
                f.write_str("call it within a tokio runtime, or use the blocking form")
            }
            Self::CheckNetwork => f.write_str("check the network: the host, the proxy, the names"),
            Self::TryLater => f.write_str("try again later"),
        }
    }
}
