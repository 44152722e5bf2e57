#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod folder;
pub mod key;
mod kind;
#[cfg(feature = "listing")]
mod listing;
mod registration;
#[cfg(feature = "role-credentials")]
mod role_credentials;
mod token;

pub use error::SessionMismatch;
pub use folder::Folder;
pub use kind::Kind;
#[cfg(feature = "listing")]
pub use listing::Listing;
pub use registration::Registration;
#[cfg(feature = "role-credentials")]
pub use role_credentials::RoleCredentials;
pub use token::Token;
pub use vestibule_types::json::Error as JsonError;

// The types of other crates in this crate's signatures.
pub use vestibule_types::{
    AccessToken, AccountId, ClientSecret, Credentials, Platform, RefreshToken, Region, RoleName,
    SessionName, SsoSession, StartUrl, Timestamp,
};
pub use zeroize::Zeroizing;
