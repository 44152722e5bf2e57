use std::process;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The number of files that this process is writing.
static OPEN_WRITES: Mutex<usize> = Mutex::new(0);

static GUARD: OnceLock<ShutdownGuard> = OnceLock::new();

/// The flags by which a signal handler ends this process without leaving a temporary file behind.
///
/// They are flags because a signal handler may do little more than read and set them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownGuard {
    /// Set by the handler, first: a process that is writing a file exits after that file.
    pub requested: Arc<AtomicBool>,
    /// True while no file is being written: the handler then ends the process itself.
    pub is_idle: Arc<AtomicBool>,
    status: Arc<AtomicI32>,
}

impl ShutdownGuard {
    /// Ends this process with an exit status: at once, or after the file that is being written.
    pub fn exit(&self, status: i32) {
        self.status.store(status, Ordering::SeqCst);
        self.requested.store(true, Ordering::SeqCst);
        if self.is_idle.load(Ordering::SeqCst) {
            process::exit(status);
        }
    }
}

/// Returns the flags by which a signal handler ends this process with an exit status, but not
/// while it is writing a file.
///
/// Later calls return the same flags; the status is that of the first call.
pub fn defer_exit_during_writes(status: i32) -> ShutdownGuard {
    let writes = open_writes();
    let guard = GUARD.get_or_init(|| ShutdownGuard {
        requested: Arc::new(AtomicBool::new(false)),
        is_idle: Arc::new(AtomicBool::new(*writes == 0)),
        status: Arc::new(AtomicI32::new(status)),
    });
    guard.clone()
}

/// A guard that is held while a temporary file of this process exists.
#[derive(Debug)]
pub(super) struct WriteInProgress(());

impl WriteInProgress {
    pub(super) fn start() -> Self {
        *open_writes() += 1;
        if let Some(guard) = GUARD.get() {
            guard.is_idle.store(false, Ordering::SeqCst);
        }
        Self(())
    }
}

impl Drop for WriteInProgress {
    fn drop(&mut self) {
        let mut writes = open_writes();
        *writes -= 1;
        let Some(guard) = GUARD.get().filter(|_| *writes == 0) else { return };
        guard.is_idle.store(true, Ordering::SeqCst);
        // A handler on another thread has either read `is_idle` as true, or its request is seen
        // here.
        if guard.requested.load(Ordering::SeqCst) {
            process::exit(guard.status.load(Ordering::SeqCst));
        }
    }
}

fn open_writes() -> MutexGuard<'static, usize> {
    OPEN_WRITES.lock().unwrap_or_else(PoisonError::into_inner)
}
