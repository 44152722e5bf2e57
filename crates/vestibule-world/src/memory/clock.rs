use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::BoxFuture;

/// Time that moves when slept on, or by hand. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Timestamp>>);

impl Clock {
    /// Creates a clock with this time.
    #[inline]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Lets time pass.
    #[inline]
    pub fn advance(&self, span: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = *now + span;
    }

    /// Sets the time.
    #[inline]
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

/// 2026-01-01T00:00:00Z.
impl Default for Clock {
    #[inline]
    fn default() -> Self {
        Self::new(Timestamp::EPOCH + Duration::from_secs(1_767_225_600))
    }
}

impl crate::Clock for Clock {
    #[inline]
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.advance(span) })
    }
}
