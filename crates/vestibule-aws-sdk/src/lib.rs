#![doc = include_str!("../README.md")]

mod load;

mod client_settings;
mod credentials;
mod identity_cache;
mod service_config;
mod token;

#[cfg(feature = "https")]
mod https;

pub use credentials::SessionCredentials;
#[cfg(feature = "https")]
pub use https::https_client;
pub use load::{load, sdk_config};
pub use token::SessionToken;
