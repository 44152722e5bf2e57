use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one thread waits for and others change. A channel says as much, in ten times the code.
#[derive(Default)]
pub(crate) struct Watched<T> {
    state: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    pub(crate) fn change(&self, change: impl FnOnce(&mut T)) {
        change(&mut *self.state());
        self.changed.notify_all();
    }

    /// The state once it is as wanted, or the time is up.
    pub(crate) fn wait(&self, most: Duration, is_wanted: impl Fn(&T) -> bool) -> MutexGuard<'_, T> {
        let waited = self.changed.wait_timeout_while(self.state(), most, |state| !is_wanted(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
