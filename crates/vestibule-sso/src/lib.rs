#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "console-login")]
mod console;
mod error;
mod fingerprint;
mod instance;
mod kind;
mod record;
mod refresh;
#[cfg(feature = "refresh-helper")]
mod refresh_job;
mod sessions;
mod shared;
#[cfg(feature = "sign-in")]
mod sign_in;
mod state;
mod status;
mod store;

#[cfg(feature = "console-login")]
pub use console::{ConsoleLoginError, ConsoleSession, ConsoleSessions};
pub use error::{Error, SignInNeeded};
pub use fingerprint::Fingerprint;
pub use instance::Instance;
#[cfg(feature = "refresh-helper")]
pub use refresh_job::{RefreshHelper, RefreshJob, RefreshReport};
pub use sessions::Sessions;
#[cfg(feature = "sign-in")]
pub use sign_in::{
    BegunSignIn, Event, PendingSignIn, SignInCause, SignInError, SignInOptions, SignedOut, Ui,
    page, portal_region,
};
pub use state::{Mismatch, NotRefreshable, SessionState};
pub use status::{PortalSession, SignInReason, Status};
pub use store::{
    Contents, FileTokenStore, MemoryTokenStore, PreparedStore, StoreError, StoreErrorKind,
    TokenStore,
};
pub use vestibule_cache::Token;

// The crates whose types are in this crate's signatures.
pub use vestibule_cache as cache;
#[cfg(feature = "console-login")]
pub use vestibule_console_login as console_login;
pub use vestibule_oidc as oidc;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
pub use zeroize::Zeroizing;
