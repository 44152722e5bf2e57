//! One value from a thread to a future, under any executor.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

pub(crate) fn slot<T>() -> (Giver<T>, Taker<T>) {
    let shared = Arc::new(Mutex::new(State { value: None, gone: false, waker: None }));
    (Giver(shared.clone()), Taker(shared))
}

/// The thread's end. Dropped empty, it gives nothing.
pub(crate) struct Giver<T>(Arc<Mutex<State<T>>>);

/// The future's end: the value, or `None` when none will come.
pub(crate) struct Taker<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    value: Option<T>,
    gone: bool,
    waker: Option<Waker>,
}

impl<T> Giver<T> {
    pub(crate) fn give(self, value: T) {
        lock(&self.0).value = Some(value);
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.gone = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Taker<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.0);
        if state.gone {
            return Poll::Ready(state.value.take());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
