use std::sync::Arc;

use vestibule_types::{Credentials, Timestamp};

use crate::ProvideError;

/// What to do about credentials at a moment.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers have to do something about each")]
pub enum Decision {
    /// These are good.
    Use(Arc<Credentials>),
    /// These are good, and it is time for others: one caller gets them, the rest use these.
    UseAndRefresh(Arc<Credentials>),
    /// Nobody gets any before the source has answered.
    Refresh,
    /// It is time for others, but the source had none lately: use these, and leave it alone until
    /// then.
    HeldOff(Arc<Credentials>, Timestamp),
    /// The source refused lately, and for good: that is the answer, until then.
    Refused(ProvideError, Timestamp),
}
