//! The vocabulary of AWS sign-in, and nothing else.
//!
//! Every string of the protocol that means something is a type here: secrets that never print,
//! credentials with their expiry, points in time, accounts, roles, regions, sessions, and the
//! environment as a value.
//! This crate knows no file, no HTTP, no serialisation and no clock.
//!
//! ```
//! use vestibule_types::{AccessToken, Timestamp};
//!
//! let token = AccessToken::new("aoaAAAAAGVyc");
//! assert_eq!(format!("{token:?}"), "AccessToken(..)");
//!
//! // Files in the wild hold every spelling of a point in time; we write one.
//! let expires: Timestamp = "2021-12-11T07:18:18UTC".parse()?;
//! assert_eq!(expires.to_string(), "2021-12-11T07:18:18Z");
//! # Ok::<(), vestibule_types::InvalidTimestamp>(())
//! ```

mod name;

mod account;
mod credentials;
mod platform;
mod region;
mod role;
mod secret;
mod session_name;
mod sso_session;
mod start_url;
mod timestamp;
mod vars;

pub use account::AccountId;
pub use credentials::Credentials;
pub use name::InvalidName;
pub use platform::Platform;
pub use region::Region;
pub use role::{RoleArn, RoleName};
pub use secret::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken, Secret,
    SecretAccessKey, SessionToken,
};
pub use session_name::SessionName;
pub use sso_session::SsoSession;
pub use start_url::StartUrl;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use vars::Vars;
