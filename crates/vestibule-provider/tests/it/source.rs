//! A source that a test has in its hand.

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
use vestibule_world::{BoxFuture, World};

/// What a source says when it is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Says {
    /// New credentials that last this long.
    Fresh(Duration),
    /// New credentials that are over already.
    Stale,
    Absent,
    Fails(ProvideErrorKind),
}

/// Counts its calls, and answers when it may. Clones are the same source.
#[derive(Clone, Debug)]
pub(crate) struct Source(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    says: Says,
    open: bool,
    waiting: Vec<Waker>,
    calls: u32,
    at_once: u32,
    most_at_once: u32,
}

impl Source {
    pub(crate) fn new(says: Says) -> Self {
        let (waiting, calls) = (Vec::new(), 0);
        let state = State { says, open: true, waiting, calls, at_once: 0, most_at_once: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn say(&self, says: Says) {
        self.state().says = says;
    }

    /// Calls do not end from now on.
    pub(crate) fn close(&self) {
        self.state().open = false;
    }

    /// Calls end.
    pub(crate) fn open(&self) {
        let mut state = self.state();
        state.open = true;
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// How often it was asked.
    pub(crate) fn calls(&self) -> u32 {
        self.state().calls
    }

    /// The most calls that were under way together.
    pub(crate) fn most_at_once(&self) -> u32 {
        self.state().most_at_once
    }

    fn answer(&self, number: u32, now: Timestamp) -> Result<Answer, ProvideError> {
        let keys = Credentials::new(format!("AKID-{number}"), SecretAccessKey::new("hidden"));
        match self.state().says {
            Says::Fresh(lasts) => Ok(Answer::Credentials(keys.with_expiry(now + lasts))),
            Says::Stale => Ok(Answer::Credentials(keys.with_expiry(now))),
            Says::Absent => Ok(Answer::NotConfigured(Reason::new("source", "nothing is set"))),
            Says::Fails(kind) => Err(ProvideError::new("source", kind, format!("no {number}"))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Provider for Source {
    fn name(&self) -> &'static str {
        "source"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            let (number, _call) = {
                let mut state = self.state();
                state.calls += 1;
                state.at_once += 1;
                state.most_at_once = state.most_at_once.max(state.at_once);
                (state.calls, Call(self))
            };
            poll_fn(|context| {
                let mut state = self.state();
                if state.open {
                    return Poll::Ready(());
                }
                state.waiting.push(context.waker().clone());
                Poll::Pending
            })
            .await;
            self.answer(number, world.clock.now())
        })
    }
}

/// A call under way, until it ends or is dropped.
struct Call<'a>(&'a Source);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.state().at_once -= 1;
    }
}

/// What a call came to, in a word.
pub(crate) fn word(outcome: Result<Answer<Arc<Credentials>>, ProvideError>) -> String {
    match outcome {
        Ok(Answer::Credentials(keys)) => keys.access_key_id().to_owned(),
        Ok(Answer::NotConfigured(reason)) => reason.to_string(),
        Err(error) => format!("error: {error}"),
    }
}
