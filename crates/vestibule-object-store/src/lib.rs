#![doc = include_str!("../README.md")]

mod amazon_s3;
mod credentials;

pub use amazon_s3::amazon_s3;
pub use credentials::SessionCredentials;

// The types of other crates in this crate's signatures.
pub use object_store::aws::AmazonS3Builder;
pub use vestibule::Session;
