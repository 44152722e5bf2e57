#![doc = include_str!("../README.md")]

mod error;
mod instance;
mod memory;
mod page;
mod portal_of;
mod renew;
mod sessions;
mod sign_in;
mod sign_out;
mod status;
mod store;
mod ui;

pub use error::{Error, SignInFailure, Why};
pub use instance::Instance;
pub use page::page;
pub use portal_of::region_behind;
pub use sessions::Sessions;
pub use sign_in::How;
pub use sign_out::SignedOut;
pub use status::{Renewal, Status, TokenStatus};
pub use ui::{Event, Ui};
pub use vestibule_cache::Token;
