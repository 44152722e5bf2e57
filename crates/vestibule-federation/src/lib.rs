#![doc = include_str!("../README.md")]

mod destination;
mod get_signin_token;
mod link;
mod portal_link;
mod site;

pub use destination::{Destination, InvalidDestination};
pub use get_signin_token::GetSigninToken;
pub use link::{Error, ErrorKind, sign_in_link};
pub use portal_link::portal_link;
pub use site::{Site, UnsupportedPartition};

// The crates whose types are in this crate's signatures.
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
