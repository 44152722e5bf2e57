#![doc = include_str!("../README.md")]

mod account;
mod authorize_url;
mod create_oauth2_token;
mod dpop;
mod dpop_key;
mod endpoint;
mod entry;
mod error;
mod place;
mod redirect;
mod seed;
mod sign_in;
mod uuid;

pub use create_oauth2_token::{CreateOAuth2Token, Grant, Tokens};
pub use dpop::Dpop;
pub use dpop_key::{DpopKey, InvalidKey};
pub use endpoint::{EndpointError, Plane, endpoint};
pub use entry::Entry;
pub use error::Error;
pub use place::{CACHE_VARIABLE, file_name, folder};
pub use redirect::Device;
pub use seed::Seed;
pub use sign_in::{Redirected, SignIn, SignInError, SignedIn, Step};

// The crates whose types are in this crate's signatures.
pub use vestibule_cache as cache;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use zeroize::Zeroizing;
