use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// One refresh under way, and everybody who waits for it.
///
/// All who wait get what it brings; if it is given up, all learn that and may begin another. A
/// mutex of an async library would let them in one by one instead, each to find out by itself what
/// became of it, and be four more crates.
#[derive(Debug)]
pub(crate) struct Flight<T>(Mutex<State<T>>);

#[derive(Debug)]
enum State<T> {
    /// Under way, with those to wake.
    Up(Vec<Waker>),
    Landed(T),
    /// Whoever was at it dropped it.
    Lost,
}

impl<T: Clone> Flight<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State::Up(Vec::new())))
    }

    /// Waits for what it brings; `None` if it was given up.
    pub(crate) async fn landed(&self) -> Option<T> {
        let mut seat = None;
        poll_fn(|context| match &mut *self.state() {
            State::Landed(outcome) => Poll::Ready(Some(outcome.clone())),
            State::Lost => Poll::Ready(None),
            State::Up(waiting) => {
                let seat = *seat.get_or_insert(waiting.len());
                match waiting.get_mut(seat) {
                    Some(waker) => waker.clone_from(context.waker()),
                    None => waiting.push(context.waker().clone()),
                }
                Poll::Pending
            }
        })
        .await
    }

    /// It is over. Only the first word on that counts.
    pub(crate) fn end(&self, outcome: Option<T>) {
        let mut state = self.state();
        if let State::Up(waiting) = &mut *state {
            let waiting = mem::take(waiting);
            *state = outcome.map_or(State::Lost, State::Landed);
            drop(state);
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
