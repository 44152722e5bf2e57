use std::path::PathBuf;

use vestibule_sso::{StoreError, StoreErrorKind};

use vestibule_profile::{Location, Origin};

/// A way to resolve an [`Error`](crate::Error), as data; a program turns it into words and commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Sign in.
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
    /// Returns the remedy for a store that cannot be written.
    pub(crate) fn for_store(error: &StoreError) -> Option<Self> {
        let folder = error.folder.clone().filter(|_| error.kind != StoreErrorKind::Full);
        folder.map(|folder| Self::MakeWritable { folder })
    }
}
