#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod transport;

pub use transport::Reqwest;
pub use vestibule_world::TransportLimits as Limits;

// The crates whose types are in this crate's signatures.
pub use reqwest;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
