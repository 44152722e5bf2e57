use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::BoxFuture;

/// The clock of a world.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Returns a future that is ready after the span. A clock for blocking callers blocks when it is
    /// polled.
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()>;
}
