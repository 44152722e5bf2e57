use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{BoxFuture, World};

/// An executor that runs futures to their end, even if nothing waits for them anymore.
pub trait Tasks: fmt::Debug + Send + Sync {
    /// Starts the task, and returns a future that is ready once it has ended or was aborted.
    ///
    /// Dropping the returned future must not stop the task.
    fn spawn(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()>;
}

impl World {
    /// Runs a future to its end, even if the caller's own future is dropped meanwhile (by a
    /// timeout, say). In a world without [`Tasks`] it is part of the caller's future.
    ///
    /// Returns `None` if the task was aborted, because it panicked or its runtime shut down.
    pub async fn run_to_completion<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let Some(tasks) = &self.tasks else { return Some(future.await) };
        let output = Arc::new(Mutex::new(None));
        let task_output = output.clone();
        let finished = tasks.spawn(Box::pin(async move {
            let value = future.await;
            *task_output.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        }));
        finished.await;
        output.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
