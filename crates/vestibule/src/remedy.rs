use std::path::PathBuf;

/// What would help, as a fact; a program turns it into words and commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// A person signs in.
    SignIn {
        /// To this `sso-session`; `None` for a profile of the older style.
        session: Option<String>,
        /// For this profile.
        profile: String,
    },
    /// A person is asked for the code of an MFA device, for this profile: see
    /// [`Builder::mfa_prompt`](crate::Builder::mfa_prompt). Where role credentials are shared, it
    /// does not matter which program asks.
    EnterCode {
        /// The profile.
        profile: String,
    },
    /// Somebody mends the configuration.
    FixConfiguration {
        /// Where: a line of a file, a variable, an argument.
        at: String,
    },
    /// Somebody sets up a source of credentials.
    SetUp,
    /// Somebody says in which region to work.
    SetRegion,
    /// Somebody makes a folder writable, or says where else to write.
    MakeWritable {
        /// The folder.
        folder: PathBuf,
    },
    /// Another port, or the device flow, which needs none.
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
    /// Try again later.
    TryLater,
}
