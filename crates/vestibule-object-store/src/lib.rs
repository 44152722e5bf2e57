#![doc = include_str!("../README.md")]

mod amazon_s3;
mod credentials;

pub use amazon_s3::amazon_s3;
pub use credentials::SessionCredentials;
