#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod name;

mod account;
mod address;
mod civil;
mod credentials;
#[cfg(feature = "json")]
pub mod json;
mod platform;
mod region;
mod role;
mod secret;
mod session_name;
mod sso_session;
mod start_url;
mod text;
mod timestamp;
mod vars;

pub use account::AccountId;
pub use address::{host_of, split_scheme};
pub use credentials::Credentials;
pub use name::InvalidName;
pub use platform::Platform;
pub use region::Region;
pub use role::{RoleArn, RoleName, RoleSessionName, is_iam_character};
pub use secret::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken, Secret,
    SecretAccessKey, SessionToken,
};
pub use session_name::SessionName;
pub use sso_session::SsoSession;
pub use start_url::StartUrl;
pub use text::{
    hex, is_printable, joined, printable, printable_line, printable_short, rounded_duration,
    uuid_v4, with_causes,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use vars::{UndecodableVariable, Vars};

// The crates whose types are in this crate's signatures.
pub use zeroize::Zeroizing;
