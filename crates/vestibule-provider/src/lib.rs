//! Credential providers as plain data: chain, cache, refresh policy.

mod answer;
mod chain;
mod error;
mod provider;
pub mod refresh;

pub use answer::{Answer, Reason};
pub use chain::Chain;
pub use error::{ProvideError, ProvideErrorKind};
pub use provider::Provider;
