use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// One refresh in progress, and the callers that wait for its result.
///
/// All waiters get the same result; if the refresh is dropped, one of them starts the next. A mutex of
/// an async library would wake the waiters one by one, and adds four crates.
#[derive(Debug)]
pub(crate) struct SingleFlight<T>(Mutex<State<T>>);

#[derive(Debug)]
enum State<T> {
    Running(Vec<Waker>),
    Completed(T),
    Dropped,
}

impl<T: Clone> SingleFlight<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State::Running(Vec::new())))
    }

    /// Waits for the result; `None` if the refresh was dropped.
    pub(crate) async fn wait(&self) -> Option<T> {
        let mut index = None;
        poll_fn(|context| match &mut *self.state() {
            State::Completed(outcome) => Poll::Ready(Some(outcome.clone())),
            State::Dropped => Poll::Ready(None),
            State::Running(waiting) => {
                let index = *index.get_or_insert(waiting.len());
                match waiting.get_mut(index) {
                    Some(waker) => waker.clone_from(context.waker()),
                    None => waiting.push(context.waker().clone()),
                }
                Poll::Pending
            }
        })
        .await
    }

    /// Wakes all waiters; `None` means that the refresh was dropped. Later calls have no effect.
    pub(crate) fn finish(&self, outcome: Option<T>) {
        let mut state = self.state();
        if let State::Running(waiting) = &mut *state {
            let waiting = mem::take(waiting);
            *state = outcome.map_or(State::Dropped, State::Completed);
            drop(state);
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
