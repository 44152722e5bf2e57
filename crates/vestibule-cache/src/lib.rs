#![doc = include_str!("../README.md")]

mod error;
mod folder;
pub mod key;
mod kind;
mod listing;
mod registration;
mod role_credentials;
mod token;

pub use error::SessionMismatch;
pub use folder::Folder;
pub use kind::Kind;
pub use listing::Listing;
pub use registration::Registration;
pub use role_credentials::RoleCredentials;
pub use token::Token;
pub use vestibule_types::json::Error as JsonError;

// The types of other crates in this crate's signatures.
pub use vestibule_types::{
    AccessToken, AccountId, ClientSecret, Credentials, Platform, RefreshToken, Region, RoleName,
    SessionName, SsoSession, StartUrl, Timestamp,
};
pub use zeroize::Zeroizing;
