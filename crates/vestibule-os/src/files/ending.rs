use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// How many files this process is in the middle of writing.
static FILES: Mutex<usize> = Mutex::new(0);

static ENDING: OnceLock<ShutdownGuard> = OnceLock::new();

/// What a signal handler needs to end this process, but not in the middle of a file: a handler
/// may set and read flags, and little else.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShutdownGuard {
    /// For the handler to set first: while a file is being written, the process ends with it.
    pub is_wanted: Arc<AtomicBool>,
    /// True while no file is being written: then the handler ends the process itself, at once.
    pub is_quiet: Arc<AtomicBool>,
    status: i32,
}

/// Lets this process be ended from outside, with this status, so that nothing of a file stays
/// behind. Once it was called, later calls have the same flags and the first one's status.
pub fn defer_exit_during_writes(status: i32) -> ShutdownGuard {
    let files = files();
    let ending = ENDING.get_or_init(|| ShutdownGuard {
        is_wanted: Arc::new(AtomicBool::new(false)),
        is_quiet: Arc::new(AtomicBool::new(*files == 0)),
        status,
    });
    ending.clone()
}

/// Held while there is a temporary file of this process.
pub(super) struct Writing(());

impl Writing {
    pub(super) fn begins() -> Self {
        *files() += 1;
        if let Some(ending) = ENDING.get() {
            ending.is_quiet.store(false, Ordering::SeqCst);
        }
        Self(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut files = files();
        *files -= 1;
        let Some(ending) = ENDING.get().filter(|_| *files == 0) else { return };
        ending.is_quiet.store(true, Ordering::SeqCst);
        // A handler on another thread either saw that, or was seen here.
        if ending.is_wanted.load(Ordering::SeqCst) {
            process::exit(ending.status);
        }
    }
}

fn files() -> MutexGuard<'static, usize> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}
