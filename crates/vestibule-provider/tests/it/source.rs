//! A provider whose responses a test controls.

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use vestibule_provider::{Error, ErrorKind, Lookup, Provider, SkippedSources};
use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
use vestibule_world::{BoxFuture, World};

/// The result of a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Response {
    /// New credentials that last this long.
    Fresh(Duration),
    /// New credentials that have expired already.
    Expired,
    NotConfigured,
    Error(ErrorKind),
}

/// Counts its calls, and completes them while it is open. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Source(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    response: Response,
    open: bool,
    waiting: Vec<Waker>,
    calls: u32,
    at_once: u32,
    most_at_once: u32,
}

impl Source {
    pub(crate) fn new(response: Response) -> Self {
        let (waiting, calls) = (Vec::new(), 0);
        let state = State { response, open: true, waiting, calls, at_once: 0, most_at_once: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn respond_with(&self, response: Response) {
        self.state().response = response;
    }

    /// Makes calls wait.
    pub(crate) fn close(&self) {
        self.state().open = false;
    }

    /// Completes waiting calls, and all later ones.
    pub(crate) fn open(&self) {
        let mut state = self.state();
        state.open = true;
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Returns the number of calls.
    pub(crate) fn calls(&self) -> u32 {
        self.state().calls
    }

    /// Returns the largest number of concurrent calls.
    pub(crate) fn most_at_once(&self) -> u32 {
        self.state().most_at_once
    }

    fn result(&self, number: u32, now: Timestamp) -> Result<Lookup, Error> {
        let keys = Credentials::new(format!("AKID-{number}"), SecretAccessKey::new("hidden"));
        match self.state().response {
            Response::Fresh(lifetime) => {
                Ok(Lookup::Credentials(keys.with_expires_at(now + lifetime)))
            }
            Response::Expired => Ok(Lookup::Credentials(keys.with_expires_at(now))),
            Response::NotConfigured => {
                Ok(Lookup::NotConfigured(SkippedSources::new("source", "nothing is set")))
            }
            Response::Error(kind) => Err(Error::new("source", kind, format!("no {number}"))),
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

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
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
            self.result(number, world.clock.now())
        })
    }
}

/// A call in progress, until it completes or is dropped.
struct Call<'a>(&'a Source);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.state().at_once -= 1;
    }
}

/// Returns a call's outcome as text.
pub(crate) fn text(outcome: Result<Lookup<Arc<Credentials>>, Error>) -> String {
    match outcome {
        Ok(Lookup::Credentials(keys)) => keys.access_key_id().to_owned(),
        Ok(Lookup::NotConfigured(reason)) => reason.to_string(),
        Err(error) => format!("error: {error}"),
    }
}
