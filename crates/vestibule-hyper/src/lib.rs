#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod bundle;
mod config;
mod connector;
mod error;
mod exchange;
#[cfg(feature = "inspect")]
mod inspect;
mod proxy;
mod resolver;
mod stream;
mod tls;

pub use config::Config;
pub use error::{Cause, Error};
pub use exchange::Hyper;
#[cfg(feature = "inspect")]
pub use inspect::{PeerCertificates, no_proxy_entry, proxy_for};
pub use vestibule_world::TransportLimits as Limits;

// The crates whose types are in this crate's signatures.
pub use http;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
