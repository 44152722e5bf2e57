#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod load;

mod client_settings;
mod credentials;
mod identity_cache;
mod invalidate;
mod service_config;
mod token;

#[cfg(feature = "https")]
mod https;

pub use credentials::SessionCredentials;
#[cfg(feature = "https")]
pub use https::https_client;
pub use invalidate::InvalidateExpired;
pub use load::{load, sdk_config};
pub use token::SessionToken;

// The types of other crates in this crate's signatures.
pub use aws_types::SdkConfig;
pub use vestibule::{Error, Session};
