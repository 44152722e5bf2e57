use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::BoxFuture;

/// Time: telling it and letting it pass.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Is ready once the span has passed. A clock for blocking callers blocks when polled.
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()>;
}
