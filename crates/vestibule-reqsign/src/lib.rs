#![doc = include_str!("../README.md")]

mod credentials;

pub use credentials::SessionCredentials;

// The types of other crates in this crate's signatures.
pub use vestibule::Session;
