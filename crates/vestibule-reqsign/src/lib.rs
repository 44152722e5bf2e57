#![doc = include_str!("../README.md")]

mod credentials;

pub use credentials::SessionCredentials;
