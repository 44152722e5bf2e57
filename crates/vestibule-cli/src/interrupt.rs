//! Ctrl-C.

#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
#[cfg(unix)]
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use nix::sys::termios::{self, LocalFlags, SetArg, Termios};
#[cfg(unix)]
use signal_hook::SigId;
#[cfg(unix)]
use signal_hook::consts::SIGINT;
#[cfg(unix)]
use signal_hook::flag;
#[cfg(unix)]
use signal_hook::low_level::unregister;

#[cfg(unix)]
use crate::exit::Exit;

/// Exits the program with 130 on Ctrl-C, but not while a file is being written.
#[derive(Clone, Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    actions: Arc<Mutex<[Option<SigId>; 2]>>,
}

#[cfg(unix)]
impl Interrupts {
    /// Installs the signal handler.
    ///
    /// The handler exits by itself: a waiting thread would add a tenth to the run time of a
    /// credential helper. If no handler can be installed, the signal ends the program, which
    /// shells report as 130 too.
    pub(crate) fn install() -> Self {
        let interrupts = Self { actions: Arc::default() };
        interrupts.register();
        interrupts
    }

    fn register(&self) {
        let status = i32::from(Exit::Interrupted as u8);
        let guard = vestibule_os::defer_exit_during_writes(status);
        // In this order, so that a write that completes in between sees one of the two flags.
        let requested = flag::register(SIGINT, guard.requested);
        let idle = flag::register_conditional_shutdown(SIGINT, status, guard.is_idle);
        *self.actions() = [requested.ok(), idle.ok()];
    }

    fn actions(&self) -> MutexGuard<'_, [Option<SigId>; 2]> {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the signal handler.
    pub(crate) fn uninstall(&self) {
        for action in self.actions().iter_mut().filter_map(Option::take) {
            unregister(action);
        }
    }

    /// Runs a prompt in a terminal mode in which Ctrl-C is a key, so that the prompt can clean up
    /// the screen.
    pub(crate) fn suspended<T>(&self, prompt: impl FnOnce() -> T) -> T {
        // The prompt raises SIGINT when it reads Ctrl-C; with any action registered, that does not
        // end the process.
        let action = flag::register(SIGINT, Arc::new(AtomicBool::new(false)));
        self.uninstall();
        let mode = KeyMode::enter();
        let answer = prompt();
        drop(mode);
        self.register();
        if let Ok(action) = action {
            unregister(action);
        }
        answer
    }
}

/// A terminal that passes keys on one by one, without echo and without signals. Restored on drop.
#[cfg(unix)]
struct KeyMode(Termios);

#[cfg(unix)]
impl KeyMode {
    /// Returns `None` if stdin is not a terminal.
    fn enter() -> Option<Self> {
        let before = termios::tcgetattr(io::stdin()).ok()?;
        let mut keys = before.clone();
        keys.local_flags.remove(LocalFlags::ISIG | LocalFlags::ICANON | LocalFlags::ECHO);
        termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &keys).ok()?;
        Some(Self(before))
    }
}

#[cfg(unix)]
impl Drop for KeyMode {
    fn drop(&mut self) {
        // Ignored: the terminal is gone.
        let _ = termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.0);
    }
}

#[cfg(not(unix))]
impl Interrupts {
    pub(crate) fn install() -> Self {
        Self {}
    }

    pub(crate) fn suspended<T>(&self, prompt: impl FnOnce() -> T) -> T {
        prompt()
    }
}
