use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A value that one thread waits for and others change: a mutex with its condition variable.
///
/// A channel would do the same with ten times the code.
#[derive(Default)]
pub(crate) struct Monitor<T> {
    state: Mutex<T>,
    changed: Condvar,
}

impl<T> Monitor<T> {
    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut *self.lock());
        self.changed.notify_all();
    }

    /// Waits until the condition holds, or the timeout has passed.
    pub(crate) fn wait_until(
        &self,
        timeout: Duration,
        condition: impl Fn(&T) -> bool,
    ) -> MutexGuard<'_, T> {
        let waited =
            self.changed.wait_timeout_while(self.lock(), timeout, |state| !condition(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
