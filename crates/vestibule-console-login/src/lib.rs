#![doc = include_str!("../README.md")]

mod account;
mod authorize_url;
mod create_oauth2_token;
mod dpop;
mod dpop_key;
mod endpoint;
mod error;
mod folder;
mod login_token;
mod redirect;
mod sign_in;

pub use create_oauth2_token::{CreateOAuth2Token, Grant, Tokens};
pub use dpop::Dpop;
pub use dpop_key::{DpopKey, InvalidKey};
pub use endpoint::{EndpointError, Plane, endpoint};
pub use error::{Error, ErrorKind};
pub use folder::{CACHE_VARIABLE, file_name, folder};
pub use login_token::LoginToken;
pub use redirect::Device;
pub use sign_in::{FlowError, Seed, SignIn, SignedIn, Step};

// The crates whose types are in this crate's signatures.
pub use vestibule_cache as cache;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_wire::sign_in::{Redirected, SignInMachine, WebAddress, Zeroizing};
