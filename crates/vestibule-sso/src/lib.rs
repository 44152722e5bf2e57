#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod instance;
mod memory;
mod refresh;
mod sessions;
#[cfg(feature = "sign-in")]
mod sign_in;
mod status;
mod store;

pub use error::{Error, NoTokenReason};
pub use instance::Instance;
pub use sessions::Sessions;
#[cfg(feature = "sign-in")]
pub use sign_in::{
    Event, SignInError, SignInFailure, SignInOptions, SignedOut, Ui, page, portal_region,
};
pub use status::{Refresh, Status, TokenStatus};
pub use vestibule_cache::Token;
