use tokio::runtime::Handle;
use vestibule_world::{BoxFuture, Tasks};

/// Tasks of the tokio runtime that polls the caller.
///
/// Outside of a runtime a task is part of the caller's future.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct TokioTasks;

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        match Handle::try_current() {
            Ok(runtime) => {
                let handle = runtime.spawn(task);
                Box::pin(async move {
                    // An error means that it panicked or was aborted; then it has no result.
                    let _ = handle.await;
                })
            }
            Err(_) => task,
        }
    }
}
