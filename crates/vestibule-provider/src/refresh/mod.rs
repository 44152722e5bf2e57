//! When to refresh: AWS's refresh specification, as a state machine without clock or lock.
//!
//! [`State::decide`] returns what to do at a time; [`State::refreshed`] and [`State::failed`] record
//! the result. The suite `credential-refresh` tests the same specification, and the SDK for Go
//! implements it (`aws/credential_cache.go` of <https://github.com/aws/aws-sdk-go-v2>, read
//! 2026-11).
//!
//! ```
//! use std::time::Duration;
//!
//! use vestibule_provider::RefreshPolicy;
//! use vestibule_provider::refresh::{Decision, State};
//! use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
//!
//! let mut state = State::new(RefreshPolicy::EARLY);
//! let now = Timestamp::EPOCH;
//! assert!(matches!(state.decide(now), Decision::Refresh));
//!
//! let hour = Duration::from_secs(3600);
//! let keys = Credentials::new("ASIAEXAMPLE", SecretAccessKey::new("not-a-secret"));
//! state.refreshed(keys.with_expires_at(now + hour), now);
//! assert!(matches!(state.decide(now + hour / 2), Decision::Use(_)));
//! assert!(matches!(state.decide(now + hour * 5 / 6), Decision::UseAndRefresh(_)));
//! ```

mod policy;
mod state;

pub use policy::RefreshPolicy;
pub use state::{Decision, State};
