//! The life of an IAM Identity Center sign-in: from the person's approval to the last refresh.
//!
//! [`Sessions`] finds the token of a session, renews it when it is due, signs a person in, and
//! signs them out, over a [`World`](vestibule_world::World) and through the files that the AWS
//! CLI and the SDKs share. It knows no profiles, no role credentials and no terminal.
//!
//! What must never happen is that a rotated refresh token is lost: renewals of all tasks and
//! processes go through one lock, the file is read again under it, and nothing is awaited between
//! reading the service's answer and storing it.

mod error;
mod instance;
mod page;
mod renew;
mod sessions;
mod sign_in;
mod sign_out;
mod status;
mod store;
mod ui;

pub use error::{Error, SignInFailure, Why};
pub use instance::Instance;
pub use sessions::Sessions;
pub use sign_in::How;
pub use sign_out::SignedOut;
pub use status::{Renewal, Status, TokenStatus};
pub use ui::{Event, Ui};
pub use vestibule_cache::Token;
