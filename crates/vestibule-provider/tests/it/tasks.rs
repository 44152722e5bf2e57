//! Futures polled by hand, each only after it was woken, as a runtime does.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

pub(crate) struct Task<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    woken: Arc<Flag>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl<'a, T> Task<'a, T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'a) -> Self {
        Self { future: Box::pin(future), woken: Arc::new(Flag(AtomicBool::new(true))) }
    }

    /// Polls the task if it was woken.
    pub(crate) fn step(&mut self) -> Option<T> {
        if self.woken.0.swap(false, Ordering::SeqCst) { self.poll() } else { None }
    }

    /// Polls the task, woken or not.
    pub(crate) fn poll(&mut self) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.woken));
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::SeqCst)
    }
}

/// Runs tasks until all are complete. Panics if some are never woken.
#[track_caller]
pub(crate) fn finish<T>(mut tasks: Vec<Task<'_, T>>) -> Vec<T> {
    let mut outputs = Vec::new();
    while !tasks.is_empty() {
        assert!(tasks.iter().any(Task::is_woken), "{} tasks are never woken", tasks.len());
        tasks.retain_mut(|task| task.step().map(|output| outputs.push(output)).is_none());
    }
    outputs
}
