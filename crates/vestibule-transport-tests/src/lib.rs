#![doc = include_str!("../README.md")]
#![expect(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a panic fails the test")]

#[doc(hidden)]
pub mod blocking;
pub mod certificates;
#[doc(hidden)]
pub mod exchange;
#[doc(hidden)]
pub mod faults;
mod macros;
#[doc(hidden)]
pub mod proxies;
pub mod server;
mod subject;
#[doc(hidden)]
pub mod tls;

pub use subject::{Settings, Subject, check, get, post, send};
