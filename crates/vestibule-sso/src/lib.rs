#![doc = include_str!("../README.md")]

mod error;
mod instance;
mod memory;
mod renew;
mod sessions;
#[cfg(feature = "sign-in")]
mod sign_in;
mod status;
mod store;

pub use error::{Error, Why};
pub use instance::Instance;
pub use sessions::Sessions;
#[cfg(feature = "sign-in")]
pub use sign_in::{Event, How, SignInError, SignInFailure, SignedOut, Ui, page, region_behind};
pub use status::{Renewal, Status, TokenStatus};
pub use vestibule_cache::Token;
