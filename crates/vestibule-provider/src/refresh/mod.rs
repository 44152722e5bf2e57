//! When to ask a source again: AWS's refresh specification, as a machine without clock or lock.
//!
//! [`State::decide`] says what to do at a moment, [`State::refreshed`] and [`State::failed`] what came
//! of it. The specification is the one behind the suite `credential-refresh`; the Go SDK follows it
//! (`aws/credential_cache.go` of <https://github.com/aws/aws-sdk-go-v2>, read 2026-11), and the one
//! for Rust is about to.
//!
//! Credentials past their expiry are handed out in one case only, which AWS calls static stability:
//! under [`Policy::Stable`], after the source was asked for others and could not give any for a
//! reason that will pass. They were good, AWS may still take them, and nobody has better ones.
//!
//! ```
//! use std::time::Duration;
//!
//! use vestibule_provider::refresh::{Decision, Policy, State};
//! use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
//!
//! let mut state = State::new(Policy::STABLE);
//! let now = Timestamp::EPOCH;
//! assert!(matches!(state.decide(now), Decision::Refresh));
//!
//! let hour = Duration::from_secs(3600);
//! let keys = Credentials::new("ASIAEXAMPLE", SecretAccessKey::new("not-a-secret"));
//! state.refreshed(keys.with_expiry(now + hour), now);
//! assert!(matches!(state.decide(now + hour / 2), Decision::Use(_)));
//! assert!(matches!(state.decide(now + hour * 5 / 6), Decision::UseAndRefresh(_)));
//! ```

mod decision;
mod policy;
mod state;

pub use decision::Decision;
pub use policy::Policy;
pub use state::State;
